package org.waymark.lab;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Reads and makes DNS messages as bytes. */
public final class Message {
    public static final int HEADER = 12;
    public static final int NOERROR = 0;
    public static final int FORMERR = 1;
    public static final int SERVFAIL = 2;
    public static final int NXDOMAIN = 3;
    public static final int REFUSED = 5;

    private static final int QR = 0x8000;
    private static final int TC = 0x0200;
    private static final int RA = 0x0080;
    private static final int OPCODE_AND_RD = 0x7900;

    private Message() {}

    public static int id(byte[] message) {
        return number(message, 0);
    }

    public static int flags(byte[] message) {
        return number(message, 2);
    }

    public static int rcode(byte[] message) {
        return flags(message) & 0xf;
    }

    public static boolean isTruncated(byte[] message) {
        return (flags(message) & TC) != 0;
    }

    public static boolean isAnswer(byte[] message) {
        return (flags(message) & QR) != 0;
    }

    /** The message with another id. */
    public static byte[] withId(byte[] message, int id) {
        byte[] copy = message.clone();
        copy[0] = (byte) (id >>> 8);
        copy[1] = (byte) id;
        return copy;
    }

    /** How many records a section counts: 0 questions, 1 answers, 2 authorities, 3 additionals. */
    public static int count(byte[] message, int section) {
        return number(message, 4 + 2 * section);
    }

    /** The bytes that must arrive unchanged: all but the id. */
    public static byte[] afterId(byte[] message) {
        return Arrays.copyOfRange(message, 2, message.length);
    }

    /** The first question's name as text, its case kept. */
    public static String name(byte[] message) {
        StringBuilder name = new StringBuilder();
        int at = HEADER;
        while (at < message.length && message[at] > 0 && at + message[at] < message.length) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(message, at + 1, message[at], StandardCharsets.ISO_8859_1));
            at += 1 + message[at];
        }
        return name.toString();
    }

    /** The first question's type, or 0 when there is no whole question. */
    public static int type(byte[] message) {
        int end = questionEnd(message);
        return end == HEADER ? 0 : number(message, end - 4);
    }

    /**
     * The answer that only this question can have: A, AAAA and TXT records whose data is made from the name, no record for other types.
     * So a client that gets someone else's answer sees it.
     */
    public static byte[] answerTo(byte[] query) {
        return answerTo(query, recordFor(query));
    }

    /** An answer with data of any length in one TXT record (its character strings are filled with the name). */
    public static byte[] largeAnswerTo(byte[] query, int dataLength) {
        byte[] data = new byte[dataLength];
        byte[] filling = name(query).getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < dataLength; i++) {
            data[i] = i % 256 == 0 ? (byte) Math.min(255, dataLength - i - 1) : filling[i % filling.length];
        }
        return answerTo(query, data);
    }

    /** The answer without records and with TC set, as a server sends it over UDP. */
    public static byte[] truncatedAnswerTo(byte[] query) {
        byte[] answer = answerTo(query, null);
        answer[2] |= (byte) (TC >>> 8);
        return answer;
    }

    private static byte[] answerTo(byte[] query, byte[] data) {
        int end = questionEnd(query);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.write(query, 0, 2);
        answer.writeBytes(Query.shorts(
                QR | RA | number(query, 2) & OPCODE_AND_RD, end > HEADER ? 1 : 0, data == null ? 0 : 1, 0, 0));
        answer.write(query, HEADER, end - HEADER);
        if (data != null) {
            answer.writeBytes(Query.shorts(0xc00c, type(query), 1, 0, 300, data.length));
            answer.writeBytes(data);
        }
        return answer.toByteArray();
    }

    private static byte[] recordFor(byte[] query) {
        byte[] name = name(query).toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
        int hash = Arrays.hashCode(name);
        byte[] four = Query.shorts(hash >>> 16, hash & 0xffff);
        return switch (type(query)) {
            case Query.A -> four;
            case Query.AAAA -> Query.shorts(0x2001, 0xdb8, 0, 0, 0, 0, hash >>> 16, hash & 0xffff);
            case Query.TXT -> {
                byte[] data = new byte[1 + Math.min(255, name.length)];
                data[0] = (byte) (data.length - 1);
                System.arraycopy(name, 0, data, 1, data.length - 1);
                yield data;
            }
            default -> null;
        };
    }

    /** Where the first question ends; the end of the header if there is no whole one. */
    static int questionEnd(byte[] message) {
        if (message.length < HEADER || number(message, 4) == 0) {
            return HEADER;
        }
        int at = HEADER;
        while (at < message.length && message[at] > 0) {
            at += 1 + message[at];
        }
        return at + 5 <= message.length && message[at] == 0 ? at + 5 : HEADER;
    }

    private static int number(byte[] message, int at) {
        return (message[at] & 0xff) << 8 | message[at + 1] & 0xff;
    }
}

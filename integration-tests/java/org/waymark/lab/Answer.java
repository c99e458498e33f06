package org.waymark.lab;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds the bytes of an answer from records; nothing is checked. */
public final class Answer {
    private static final int QR_RA = 0x8080;
    private static final int OPCODE_AND_RD = 0x7900;
    private static final int SOA = 6;

    /** A pointer to the name that was asked for. */
    private static final int ASKED_NAME = 0xc00c;

    /** What comes before the data of a record that the name that was asked for owns. */
    private static final int RECORD_FIXED = 12;

    private final byte[] query;
    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private final int[] counts = new int[4];
    private int flags;

    private Answer(byte[] query) {
        this.query = query;
        this.flags = QR_RA | Message.flags(query) & OPCODE_AND_RD;
        counts[0] = Message.count(query, 0);
    }

    /** An answer without records to a query with a question. */
    public static Answer to(byte[] query) {
        return new Answer(query);
    }

    /** An answer of one TXT record. */
    public static Answer txt(byte[] query, String text, int ttl) {
        return to(query).record(1, Query.TXT, ttl, characterString(text));
    }

    /** Sets more of the 16 bits after the id. */
    public Answer with(int moreFlags) {
        flags |= moreFlags;
        return this;
    }

    /** Adds a record of the name that was asked for to a section: 1 answers, 2 authorities, 3 additionals. */
    public Answer record(int section, int type, int ttl, byte... data) {
        records.writeBytes(Query.shorts(ASKED_NAME, type, 1, ttl >>> 16, ttl & 0xffff, data.length));
        records.writeBytes(data);
        counts[section]++;
        return this;
    }

    /** Adds a SOA record, which says how long a negative answer is valid. */
    public Answer soa(int ttl, int minimum) {
        return record(2, SOA, ttl, Query.shorts(0, 0, 1, 0, 3600, 0, 600, 0, 3600, minimum >>> 16, minimum & 0xffff));
    }

    /** Adds an OPT record; the options are codes and data already in wire form. */
    public Answer edns(int extendedFlags, byte... options) {
        records.write(0);
        records.writeBytes(Query.shorts(Query.OPT, 1232, extendedFlags >>> 16, extendedFlags & 0xffff, options.length));
        records.writeBytes(options);
        counts[3]++;
        return this;
    }

    /** The message, with the id of the query. */
    public byte[] bytes() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(Query.shorts(Message.id(query), flags, counts[0], counts[1], counts[2], counts[3]));
        message.write(query, Message.HEADER, Message.questionEnd(query) - Message.HEADER);
        message.writeBytes(records.toByteArray());
        return message.toByteArray();
    }

    /** The text of an answer of one TXT record; empty if it has none. */
    public static String text(byte[] answer) {
        int at = Message.questionEnd(answer) + RECORD_FIXED;
        return Message.count(answer, 1) == 0
                ? ""
                : new String(answer, at + 1, answer[at] & 0xff, StandardCharsets.ISO_8859_1);
    }

    /** The TTL of the first record, which the name that was asked for must own. */
    public static int ttl(byte[] answer) {
        int at = Message.questionEnd(answer) + 6;
        return (answer[at] & 0xff) << 24
                | (answer[at + 1] & 0xff) << 16
                | (answer[at + 2] & 0xff) << 8
                | answer[at + 3] & 0xff;
    }

    /** The answer with another TTL in its first record. */
    public static byte[] withTtl(byte[] answer, int ttl) {
        byte[] changed = answer.clone();
        byte[] bytes = Query.shorts(ttl >>> 16, ttl & 0xffff);
        System.arraycopy(bytes, 0, changed, Message.questionEnd(answer) + 6, bytes.length);
        return changed;
    }

    /**
     * Compares an answer that may have been kept with one that is fresh: they must be the same but for TTLs, which may be lower by so many
     * seconds.
     *
     * @return null if it is so, or else what is wrong
     */
    public static String differenceOfKept(byte[] fresh, byte[] kept, long mostSeconds) {
        if (fresh.length != kept.length) {
            return kept.length + " bytes and not " + fresh.length;
        }
        ByteBuffer aged = ByteBuffer.wrap(kept.clone());
        ByteBuffer young = ByteBuffer.wrap(fresh);
        for (int at : Ttls.positions(fresh)) {
            int ttl = aged.getInt(at);
            int first = young.getInt(at);
            if (ttl > first || ttl < first - mostSeconds) {
                return "a TTL of " + ttl + ", and of " + first + " when it was fresh";
            }
            aged.putInt(at, first);
        }
        return Arrays.equals(aged.array(), fresh) ? null : "other bytes";
    }

    private static byte[] characterString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] data = Arrays.copyOf(new byte[] {(byte) bytes.length}, 1 + bytes.length);
        System.arraycopy(bytes, 0, data, 1, bytes.length);
        return data;
    }
}

package org.waymark.lab;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;

/** Builds the bytes of a query, odd ones included: nothing is checked. */
public final class Query {
    public static final int A = 1;
    public static final int PTR = 12;
    public static final int TXT = 16;
    public static final int AAAA = 28;
    public static final int OPT = 41;
    public static final int RECURSION_DESIRED = 0x0100;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final int[] counts = new int[4];
    private int flags = RECURSION_DESIRED;

    /** A message with a header only, to add to. */
    public static Query empty() {
        return new Query();
    }

    /** A query with one question of class IN. */
    public static Query of(String name, int type) {
        return empty().question(name, type, 1);
    }

    public Query question(String name, int type, int clazz) {
        body.writeBytes(name(name));
        return raw(0, shorts(type, clazz));
    }

    /** Sets the 16 bits after the id: QR, opcode, AA, TC, RD, RA, Z, AD, CD, RCODE. */
    public Query flags(int value) {
        flags = value;
        return this;
    }

    /** Any of the flags RD, AD and CD, for {@link #flags}. */
    public static int randomFlags(Random random) {
        return IntStream.of(RECURSION_DESIRED, 0x0020, 0x0010)
                .filter(flag -> random.nextBoolean())
                .sum();
    }

    /** Sets a header count to what it should not be: 0 questions, 1 answers, 2 authorities, 3 additionals. */
    public Query lyingCount(int section, int value) {
        counts[section] = value;
        return this;
    }

    /** Adds an OPT record; the options are codes and data already in wire form. */
    public Query edns(int payloadSize, int extendedFlags, byte... options) {
        body.write(0);
        body.writeBytes(shorts(OPT, payloadSize, extendedFlags >>> 16, extendedFlags & 0xffff, options.length));
        return raw(3, options);
    }

    /** Adds a record to the additional section. */
    public Query additional(String name, int type, int clazz, byte... data) {
        body.writeBytes(name(name));
        body.writeBytes(shorts(type, clazz, 0, 0, data.length));
        return raw(3, data);
    }

    /** Adds bytes as they are and counts them as one record of a section. */
    public Query raw(int section, byte... bytes) {
        body.writeBytes(bytes);
        counts[section]++;
        return this;
    }

    /** Adds bytes that no count speaks of. */
    public Query trailing(byte... bytes) {
        body.writeBytes(bytes);
        return this;
    }

    /** The message, with an id. */
    public byte[] bytes(int id) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(shorts(id, flags, counts[0], counts[1], counts[2], counts[3]));
        message.writeBytes(body.toByteArray());
        return message.toByteArray();
    }

    /** A name in wire form, case kept; the root is the empty text. */
    public static byte[] name(String text) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (String label : text.split("\\.")) {
            if (!label.isEmpty()) {
                wire.write(label.length());
                wire.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        wire.write(0);
        return wire.toByteArray();
    }

    /** 16-bit numbers in network order. */
    public static byte[] shorts(int... values) {
        byte[] bytes = new byte[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[2 * i] = (byte) (values[i] >>> 8);
            bytes[2 * i + 1] = (byte) values[i];
        }
        return bytes;
    }
}

package org.waymark.names;

import java.io.IOException;
import java.io.InputStream;

/** The lines of a stream, without what ends them and without the blanks at both ends. Only one is in memory at a time. */
final class Lines {
    /** What is longer names nothing: rules for browsers may be very long. */
    private static final int MOST_BYTES = 1 << 16;

    private static final int BLOCK = 1 << 16;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream input;
    private final byte[] block = new byte[BLOCK];
    private int at;
    private int end;
    private final byte[] line = new byte[MOST_BYTES];
    private int length;
    private int from;
    private int to;
    private int number;

    Lines(InputStream input) {
        this.input = input;
    }

    /** Reads the next line; returns false if there is none. */
    boolean next() throws IOException {
        length = 0;
        int octet = read();
        if (octet < 0) {
            return false;
        }
        while (octet >= 0 && octet != '\n') {
            if (length < MOST_BYTES) {
                line[length] = (byte) octet;
            }
            length = Math.min(length + 1, MOST_BYTES + 1);
            octet = read();
        }
        number++;
        strip();
        return true;
    }

    private void strip() {
        from = number == 1 && startsWithByteOrderMark() ? BYTE_ORDER_MARK.length : 0;
        to = Math.min(length, MOST_BYTES);
        while (from < to && isBlank(line[from])) {
            from++;
        }
        while (from < to && isBlank(line[to - 1])) {
            to--;
        }
    }

    private boolean startsWithByteOrderMark() {
        return length >= BYTE_ORDER_MARK.length
                && line[0] == BYTE_ORDER_MARK[0]
                && line[1] == BYTE_ORDER_MARK[1]
                && line[2] == BYTE_ORDER_MARK[2];
    }

    private int read() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, input.read(block));
        }
        return at == end ? -1 : Byte.toUnsignedInt(block[at++]);
    }

    static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t' || octet == '\r';
    }

    /** What the line is in, from {@link #from} to {@link #to}. */
    byte[] bytes() {
        return line;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** Whether the line is longer than what is in {@link #bytes}. */
    boolean isCut() {
        return length > MOST_BYTES;
    }

    /** The number of the line, counted from 1. */
    int number() {
        return number;
    }
}

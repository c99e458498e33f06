package org.waymark.dnstap;

import java.nio.ByteBuffer;
import org.waymark.mark.ConnectionMark;

/** The text in the field extra of a message: {@code mark=0x89 out=0x189 policy=1}, of which any part may be missing. */
final class Extra {
    private static final int HEXADECIMAL = 16;
    private static final int DECIMAL = 10;

    /** All parts, with their longest values, have 56 characters. */
    private final ByteBuffer text = ByteBuffer.allocate(64);

    Extra clear() {
        text.clear();
        return this;
    }

    /** The mark of the client's connection, as {@link ConnectionMark} codes it. */
    void mark(long connectionMark) {
        begin("mark=");
        if (ConnectionMark.isKnown(connectionMark)) {
            mark(ConnectionMark.value(connectionMark));
        } else {
            add(connectionMark == ConnectionMark.NO_ENTRY ? "no-entry" : "unavailable");
        }
    }

    /** The mark that it was sent with. */
    void outgoingMark(int mark) {
        begin("out=");
        mark(mark);
    }

    /** The policy of the configuration that applied, counted from 1. */
    void policy(int number) {
        begin("policy=");
        number(number, DECIMAL);
    }

    /** The text, from 0 to the position. */
    ByteBuffer text() {
        return text;
    }

    private void begin(String key) {
        if (text.position() > 0) {
            add(" ");
        }
        add(key);
    }

    private void mark(int mark) {
        add("0x");
        number(Integer.toUnsignedLong(mark), HEXADECIMAL);
    }

    private void number(long number, int base) {
        if (number >= base) {
            number(number / base, base);
        }
        text.put((byte) Character.forDigit((int) (number % base), base));
    }

    private void add(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            text.put((byte) ascii.charAt(i));
        }
    }
}

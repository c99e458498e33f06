package org.waymark.dns;

import java.nio.ByteBuffer;

/**
 * A message at the very end of a buffer, as it is after a read: to look past it throws.
 *
 * @param buffer where the message is
 * @param length its length in bytes
 */
record Input(ByteBuffer buffer, int length) {
    static final int OFFSET = 7;

    static Input of(byte[] message) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(OFFSET + message.length);
        buffer.put(OFFSET, message);
        return new Input(buffer, message.length);
    }

    static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}

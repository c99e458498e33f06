package org.waymark.dns;

import java.nio.ByteBuffer;

/** Messages at the very end of a buffer, as they are after a read: to look past one throws. */
final class Input {
    private static final int OFFSET = 7;

    private Input() {}

    static WireMessage of(byte[] message) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(OFFSET + message.length);
        buffer.put(OFFSET, message);
        return new WireMessage().at(buffer, OFFSET, message.length);
    }

    static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}

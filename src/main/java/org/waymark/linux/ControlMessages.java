package org.waymark.linux;

import java.nio.ByteBuffer;

/**
 * Reads and writes the control messages of a datagram (man 3 cmsg). They follow one another in memory, each a
 * {@code struct cmsghdr} and then its data, aligned to 8 bytes as on LP64. Buffers are in the processor's byte order.
 */
final class ControlMessages {
    /** What {@link #find} returns when there is no such message. */
    static final int NONE = -1;

    /** {@code struct cmsghdr}: length including the header, level, type. */
    private static final int LENGTH = 0;

    private static final int LEVEL = 8;
    private static final int TYPE = 12;
    private static final int HEADER_SIZE = 16;
    private static final int ALIGNMENT = 8;

    private ControlMessages() {}

    /** The bytes that a message takes up, with its header and the padding before the next one. */
    static int space(int dataBytes) {
        return HEADER_SIZE + aligned(dataBytes);
    }

    private static int aligned(int bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /**
     * Writes the header of a message.
     *
     * @return where to write its data
     */
    static int write(ByteBuffer host, int at, int level, int type, int dataBytes) {
        host.putLong(at + LENGTH, HEADER_SIZE + dataBytes);
        host.putInt(at + LEVEL, level);
        host.putInt(at + TYPE, type);
        return at + HEADER_SIZE;
    }

    /**
     * Looks for a message with complete data: the kernel truncates a message that does not fit.
     *
     * @param at where the first message begins
     * @param end where the last one ends
     * @return where its data begins, or {@link #NONE}
     */
    static int find(ByteBuffer host, int at, int end, int level, int type, int dataBytes) {
        int message = at;
        while (message + HEADER_SIZE <= end) {
            int data = message + HEADER_SIZE;
            long length = host.getLong(message + LENGTH);
            if (length < HEADER_SIZE || length > end - message) {
                return NONE;
            }
            if (host.getInt(message + LEVEL) == level && host.getInt(message + TYPE) == type) {
                return length >= HEADER_SIZE + dataBytes ? data : NONE;
            }
            message += aligned((int) length);
        }
        return NONE;
    }
}

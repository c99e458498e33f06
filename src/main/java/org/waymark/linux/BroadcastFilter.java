package org.waymark.linux;

import java.nio.ByteBuffer;

/** A socket filter in classic BPF (linux/filter.h) that drops broadcast and multicast packets. */
final class BroadcastFilter {
    /** The size of {@code struct sock_fprog}, in bytes; the instructions follow it. */
    static final int PROGRAM_BYTES = 16;

    private static final int BPF_LOAD_BYTE = 0x30;
    private static final int BPF_JUMP_IF_EQUAL = 0x15;
    private static final int BPF_RETURN = 0x06;

    /** SKF_AD_OFF + SKF_AD_PKTTYPE. */
    private static final int TYPE_OF_PACKET = -0x1000 + 4;

    private static final int PACKET_BROADCAST = 1;
    private static final int PACKET_MULTICAST = 2;

    private static final long[] INSTRUCTIONS = {
        instruction(BPF_LOAD_BYTE, 0, 0, TYPE_OF_PACKET),
        instruction(BPF_JUMP_IF_EQUAL, 2, 0, PACKET_BROADCAST),
        instruction(BPF_JUMP_IF_EQUAL, 1, 0, PACKET_MULTICAST),
        instruction(BPF_RETURN, 0, 0, -1),
        instruction(BPF_RETURN, 0, 0, 0),
    };

    private BroadcastFilter() {}

    /**
     * Writes a {@code struct sock_fprog}, which has the number of instructions and their address, and the instructions.
     *
     * @param memory where to, in the host's byte order
     * @param address the address of {@code memory}
     */
    static void write(ByteBuffer memory, long address) {
        memory.putLong(0, INSTRUCTIONS.length);
        memory.putLong(Long.BYTES, address + PROGRAM_BYTES);
        for (int i = 0; i < INSTRUCTIONS.length; i++) {
            memory.putLong(PROGRAM_BYTES + i * Long.BYTES, INSTRUCTIONS[i]);
        }
    }

    /** A {@code struct sock_filter}, for a little-endian processor. */
    private static long instruction(int code, int ifTrue, int ifFalse, int value) {
        return code | ifTrue << 16 | (long) ifFalse << 24 | (long) value << 32;
    }
}

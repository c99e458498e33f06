package org.waymark.linux;

import java.nio.ByteBuffer;

/** A socket filter in classic BPF (linux/filter.h) that drops broadcast and multicast packets. */
final class BroadcastFilter {
    /** SKF_AD_OFF + SKF_AD_PKTTYPE. */
    private static final int TYPE_OF_PACKET = -0x1000 + 4;

    private static final int PACKET_BROADCAST = 1;
    private static final int PACKET_MULTICAST = 2;

    private static final long[] INSTRUCTIONS = {
        BpfProgram.instruction(BpfProgram.LOAD_BYTE, 0, 0, TYPE_OF_PACKET),
        BpfProgram.instruction(BpfProgram.JUMP_IF_EQUAL, 2, 0, PACKET_BROADCAST),
        BpfProgram.instruction(BpfProgram.JUMP_IF_EQUAL, 1, 0, PACKET_MULTICAST),
        BpfProgram.instruction(BpfProgram.RETURN, 0, 0, -1),
        BpfProgram.instruction(BpfProgram.RETURN, 0, 0, 0),
    };

    private BroadcastFilter() {}

    /**
     * @param memory where to, in the host's byte order
     * @param address the address of {@code memory}
     */
    static void write(ByteBuffer memory, long address) {
        BpfProgram.write(memory, address, INSTRUCTIONS);
    }
}

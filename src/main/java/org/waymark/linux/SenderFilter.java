package org.waymark.linux;

import java.nio.ByteBuffer;

/** A socket filter in classic BPF (linux/filter.h) that drops what the kernel tells about the changes of one netlink socket. */
final class SenderFilter {
    /** Where {@code struct nlmsghdr} has the port id of the socket that has asked for the change. */
    private static final int PORT_ID = 12;

    private SenderFilter() {}

    /**
     * @param memory where to, in the host's byte order
     * @param address the address of {@code memory}
     * @param portId the socket's port id, which the program loads as if it were in network byte order
     */
    static void write(ByteBuffer memory, long address, int portId) {
        BpfProgram.write(
                memory,
                address,
                BpfProgram.instruction(BpfProgram.LOAD_WORD, 0, 0, PORT_ID),
                BpfProgram.instruction(BpfProgram.JUMP_IF_EQUAL, 1, 0, Integer.reverseBytes(portId)),
                BpfProgram.instruction(BpfProgram.RETURN, 0, 0, -1),
                BpfProgram.instruction(BpfProgram.RETURN, 0, 0, 0));
    }
}

package org.waymark.linux;

import java.nio.ByteBuffer;

/** Writes programs in classic BPF (linux/filter.h), which decide what a socket receives. */
final class BpfProgram {
    /** The size of {@code struct sock_fprog}, in bytes; the instructions follow it. */
    static final int HEADER_BYTES = 16;

    static final int LOAD_WORD = 0x20;
    static final int LOAD_BYTE = 0x30;
    static final int JUMP_IF_EQUAL = 0x15;
    static final int RETURN = 0x06;

    private BpfProgram() {}

    /**
     * Writes a {@code struct sock_fprog}, which has the number of instructions and their address, and the instructions.
     *
     * @param memory where to, in the host's byte order
     * @param address the address of {@code memory}
     */
    static void write(ByteBuffer memory, long address, long... instructions) {
        memory.putLong(0, instructions.length);
        memory.putLong(Long.BYTES, address + HEADER_BYTES);
        for (int i = 0; i < instructions.length; i++) {
            memory.putLong(HEADER_BYTES + i * Long.BYTES, instructions[i]);
        }
    }

    /** A {@code struct sock_filter}, for a little-endian processor. */
    static long instruction(int code, int ifTrue, int ifFalse, int value) {
        return code | ifTrue << 16 | (long) ifFalse << 24 | (long) value << 32;
    }
}

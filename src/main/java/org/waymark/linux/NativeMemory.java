package org.waymark.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside of the heap, for native calls to read and write. It starts as zero, and the C library maps large pieces
 * without touching them: pages that are never used are never resident, so a buffer may have room for the largest message.
 */
final class NativeMemory implements AutoCloseable {
    private final long address;
    private final ByteBuffer network;
    private final ByteBuffer host;

    private NativeMemory(long address, int bytes) {
        this.address = address;
        this.network = Native.bufferAt(address, bytes).order(ByteOrder.BIG_ENDIAN);
        this.host = network.duplicate().order(ByteOrder.nativeOrder());
    }

    /**
     * @param bytes how many, above 0
     * @throws OutOfMemoryError if there are none
     */
    static NativeMemory allocate(int bytes) {
        long address = Native.LIBC.calloc(1, bytes);
        if (address == 0) {
            throw new OutOfMemoryError("no " + bytes + " bytes of native memory");
        }
        return new NativeMemory(address, bytes);
    }

    long address() {
        return address;
    }

    /** The memory as the network orders its numbers: most significant byte first. */
    ByteBuffer network() {
        return network;
    }

    /** The same memory as the kernel's structures order theirs: as the processor does. */
    ByteBuffer host() {
        return host;
    }

    /** Gives the memory back; the buffers must not be used any more. */
    @Override
    public void close() {
        Native.LIBC.free(address);
    }
}

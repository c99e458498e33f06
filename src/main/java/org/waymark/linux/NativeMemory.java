package org.waymark.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside of the Java heap that native calls read and write. It is zero at first. The C library maps large
 * blocks without touching them, and unused pages take no physical memory, so buffers can be large enough for the
 * largest message.
 */
public final class NativeMemory implements AutoCloseable {
    /** From malloc.h. */
    private static final int M_MMAP_THRESHOLD = -3;

    private static final int LARGE = 128 << 10;

    static {
        // The C library's own default, which it would raise when the first large block is freed: then it would give out
        // again what others have touched, and clear all of it first.
        Native.LIBC.mallopt(M_MMAP_THRESHOLD, LARGE);
    }

    /**
     * What to add to the distance between pieces of memory, in bytes, if it is a power of two: or else the starts of all pieces, where
     * there is most, would share the few places for them in the processor's caches.
     */
    static final int SKEW = 128;

    private final long address;
    private final ByteBuffer network;
    private final ByteBuffer host;

    NativeMemory(long address, int bytes) {
        this.address = address;
        this.network = Native.bufferAt(address, bytes).order(ByteOrder.BIG_ENDIAN);
        this.host = network.duplicate().order(ByteOrder.nativeOrder());
    }

    /**
     * @param bytes the size, above 0
     * @throws OutOfMemoryError if the memory can't be allocated
     */
    public static NativeMemory allocate(int bytes) {
        long address = Native.LIBC.calloc(1, bytes);
        if (address == 0) {
            throw new OutOfMemoryError("no " + bytes + " bytes of native memory");
        }
        return new NativeMemory(address, bytes);
    }

    long address() {
        return address;
    }

    /** The memory in network byte order: the most significant byte first. */
    public ByteBuffer network() {
        return network;
    }

    /** The same memory in the processor's byte order, which the kernel's structures have. */
    public ByteBuffer host() {
        return host;
    }

    /** Frees the memory; the buffers must not be used any more. */
    @Override
    public void close() {
        Native.LIBC.free(address);
    }
}

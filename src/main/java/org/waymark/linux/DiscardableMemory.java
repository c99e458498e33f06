package org.waymark.linux;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside of the Java heap that many threads read and one of them discards at some time. Discarding gives the physical memory back
 * at once. The addresses stay valid for as long as anybody refers to this object: who reads too late reads zeros, and never another's
 * memory. It is zero at first, and pages that nobody has written to take no physical memory.
 */
public final class DiscardableMemory {
    /** The largest page that a kernel without huge ones has. */
    private static final long PAGE = 1 << 16;

    private static final int MADV_DONTNEED = 4;
    private static final Cleaner CLEANER = Cleaner.create();

    private final long start;
    private final long length;
    private final ByteBuffer bytes;

    private DiscardableMemory(long start, long length, int bytes) {
        this.start = start;
        this.length = length;
        this.bytes = Native.bufferAt(start, bytes).order(ByteOrder.BIG_ENDIAN);
    }

    /**
     * @param bytes the size, above 0
     * @throws OutOfMemoryError if the memory can't be allocated
     */
    public static DiscardableMemory allocate(int bytes) {
        // Whole pages, so that discarding them touches nothing of others.
        long length = bytes + PAGE - 1 & -PAGE;
        long address = Native.LIBC.calloc(1, length + PAGE);
        if (address == 0) {
            throw new OutOfMemoryError("no " + bytes + " bytes of native memory");
        }
        DiscardableMemory memory = new DiscardableMemory(address + PAGE - 1 & -PAGE, length, bytes);
        CLEANER.register(memory, () -> Native.LIBC.free(address));
        return memory;
    }

    /** The memory, in network byte order; to be used only while somebody refers to this object. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Gives the physical memory back. From now on the memory is zero, and nobody must write to it. */
    public void discard() {
        Native.LIBC.madvise(start, length, MADV_DONTNEED);
    }
}

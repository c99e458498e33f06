package org.waymark.linux;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A lot of memory outside of the Java heap, in blocks of the same size, zero at first. It is in huge pages, if the kernel gives them: what is
 * read here and there in it then costs no search for where its page is. Pages that nobody has written to take no physical memory.
 */
public final class NativeBlocks implements AutoCloseable {
    /** That of x86-64, and of ARM with small pages of 4 KiB. */
    private static final long HUGE_PAGE = 1 << 21;

    /** Blocks of a multiple of it are aligned for everything. */
    private static final int ALIGNMENT = 64;

    private static final int MADV_HUGEPAGE = 14;

    private final long address;
    private final List<NativeMemory> blocks;

    private NativeBlocks(long address, List<NativeMemory> blocks) {
        this.address = address;
        this.blocks = blocks;
    }

    /**
     * @param count how many blocks; 0 takes no memory
     * @param bytes the size of each, at least 64, which is rounded down to a multiple of 64
     * @throws OutOfMemoryError if the memory can't be allocated
     */
    public static NativeBlocks allocate(int count, int bytes) {
        int size = bytes & -ALIGNMENT;
        long whole = (long) count * size;
        long address = Native.LIBC.calloc(1, whole + HUGE_PAGE);
        if (address == 0) {
            throw new OutOfMemoryError("no " + whole + " bytes of native memory");
        }
        long start = address + HUGE_PAGE - 1 & -HUGE_PAGE;
        // A kernel that has no huge pages refuses, which does no harm.
        Native.LIBC.madvise(start, whole, MADV_HUGEPAGE);
        return new NativeBlocks(
                address,
                IntStream.range(0, count)
                        .mapToObj(i -> new NativeMemory(start + (long) i * size, size))
                        .toList());
    }

    /** The blocks, in the order of their addresses. They are freed together. */
    public List<NativeMemory> blocks() {
        return blocks;
    }

    /** Frees the memory; the blocks must not be used any more. */
    @Override
    public void close() {
        Native.LIBC.free(address);
    }
}

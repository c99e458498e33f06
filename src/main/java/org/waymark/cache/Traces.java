package org.waymark.cache;

import java.nio.ByteBuffer;

/**
 * What is remembered of answers by the hash of their key, in their bucket: whether one was asked for again, and which one has lately left
 * without that. Answers in one bucket share the place. Then one stays, or comes back, with the merits of another, which does no harm.
 *
 * <p>It is apart from the entries because workers that read have no lock: what was an entry when they found it may be part of another
 * one when they write. And it is beside the head of the chain, so that it takes no further look at memory, which is what a look-up waits
 * for most.
 */
final class Traces {
    /** From the start of the bucket: the head of the chain, 32 bits. Then whether one was asked for again, 8 bits. */
    private static final int ASKED_AGAIN = 4;

    /** A part of the hash of the one that has left, 24 bits: with 16, a long scan took many of its names for others that had left. */
    private static final int FORMER = 5;

    private static final int FORMER_BITS = 24;

    private final ByteBuffer memory;
    private final int bucketMask;

    /**
     * @param memory with the buckets at its start
     * @param buckets how many there are, a power of two
     */
    Traces(ByteBuffer memory, int buckets) {
        this.memory = memory;
        this.bucketMask = buckets - 1;
    }

    private int askedAgainPlace(long hash) {
        return Entries.bucket(hash, bucketMask) + ASKED_AGAIN;
    }

    private int formerPlace(long hash) {
        return Entries.bucket(hash, bucketMask) + FORMER;
    }

    /** Bits that choose neither the bucket nor the segment; never 0, which stands for none. */
    private static int former(long hash) {
        return (int) (hash >>> Integer.SIZE) & (1 << FORMER_BITS) - 1 | 1;
    }

    /** An answer was asked for again. Any thread may say so. */
    void askAgain(long hash) {
        int place = askedAgainPlace(hash);
        if (memory.get(place) == 0) {
            memory.put(place, (byte) 1);
        }
    }

    /** Whether an answer was asked for again since this was called. */
    boolean takeAskedAgain(long hash) {
        int place = askedAgainPlace(hash);
        boolean was = memory.get(place) != 0;
        if (was) {
            memory.put(place, (byte) 0);
        }
        return was;
    }

    /** An answer leaves that was not asked for again. */
    void leave(long hash) {
        write(formerPlace(hash), former(hash));
    }

    /** Whether an answer that comes had left, as one that was not asked for again. */
    boolean takeFormer(long hash) {
        int place = formerPlace(hash);
        int left =
                Byte.toUnsignedInt(memory.get(place)) << Short.SIZE | Short.toUnsignedInt(memory.getShort(place + 1));
        boolean is = left == former(hash);
        if (is) {
            write(place, 0);
        }
        return is;
    }

    private void write(int place, int former) {
        memory.put(place, (byte) (former >>> Short.SIZE));
        memory.putShort(place + 1, (short) former);
    }
}

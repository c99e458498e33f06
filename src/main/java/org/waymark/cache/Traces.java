package org.waymark.cache;

import java.nio.ByteBuffer;

/**
 * What is remembered of answers by the hash of their key: whether an answer was asked for again, in its bucket, and which ones have lately
 * left without that, in a region of memory. Two hashes may share a place. Then one answer stays, or comes back, with the merits of the other, which does
 * no harm.
 *
 * <p>It is apart from the entries because workers that read have no lock: what was an entry when they found it may be part of another
 * one when they write.
 */
final class Traces {
    private final ByteBuffer memory;
    private final int formerStart;
    private final int bucketMask;
    private final int formerMask;

    /**
     * @param memory with the buckets at its start
     * @param start where the region begins
     * @param buckets how many there are, a power of two
     */
    Traces(ByteBuffer memory, int start, int buckets) {
        this.memory = memory;
        this.formerStart = start;
        this.bucketMask = buckets - 1;
        this.formerMask = buckets / 2 - 1;
    }

    /** The length of the region in bytes. */
    static int length(int buckets) {
        return buckets / 2 * Integer.BYTES;
    }

    private int askedAgainPlace(long hash) {
        return Entries.bucket(hash, bucketMask) + Integer.BYTES;
    }

    private int formerPlace(long hash) {
        return formerStart + (int) (hash >>> Integer.SIZE & formerMask) * Integer.BYTES;
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
        memory.putInt(formerPlace(hash), (int) hash);
    }

    /** Whether an answer that comes had left, as one that was not asked for again. */
    boolean takeFormer(long hash) {
        int place = formerPlace(hash);
        boolean is = memory.getInt(place) == (int) hash;
        if (is) {
            memory.putInt(place, 0);
        }
        return is;
    }
}

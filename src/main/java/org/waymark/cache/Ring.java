package org.waymark.cache;

/**
 * Which part of a region of memory is in use, where entries of different sizes are added at one end and removed at the other. An entry is
 * never split: where one does not fit before the end of the region, it goes to its start.
 */
final class Ring {
    private final int start;
    private final int end;
    private int oldest;
    private int next;

    /** Where the entries end that were added before the latest one went to the start; meaningful only while {@link #wrapped}. */
    private int wrappedAt;

    private boolean wrapped;
    private int entries;

    Ring(int start, int end) {
        this.start = start;
        this.end = end;
        this.oldest = start;
        this.next = start;
    }

    /** Its length in bytes. */
    int length() {
        return end - start;
    }

    boolean isEmpty() {
        return entries == 0;
    }

    /** Whether an entry of this size can be added. */
    boolean fits(int size) {
        return wrapped ? oldest - next >= size : end - next >= size || oldest - start >= size;
    }

    /** Adds an entry that fits, and returns where. */
    int add(int size) {
        if (!wrapped && end - next < size) {
            wrapped = true;
            wrappedAt = next;
            next = start;
        }
        int added = next;
        next += size;
        entries++;
        return added;
    }

    /** Where the oldest entry is; there must be one. */
    int oldest() {
        return oldest;
    }

    /** Removes the oldest entry, which has this size. */
    void removeOldest(int size) {
        oldest += size;
        entries--;
        if (wrapped && oldest == wrappedAt) {
            oldest = start;
            wrapped = false;
        }
        if (entries == 0) {
            oldest = start;
            next = start;
            wrapped = false;
        }
    }
}

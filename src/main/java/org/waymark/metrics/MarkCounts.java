package org.waymark.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.ObjLongConsumer;

/**
 * Counts queries by the mark of their connection, for one worker. Only its own thread may add; any thread may read. Clients may bring any
 * number of marks, so only the first {@value #MOST_MARKS} are counted separately, and all others together.
 */
public final class MarkCounts {
    /** How many marks are counted separately. */
    public static final int MOST_MARKS = 200;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SLOTS_BITS = 9;
    private static final int SLOTS = 1 << SLOTS_BITS;

    /** 2^32 divided by the golden ratio, which spreads marks that follow each other (Knuth, TAOCP 3, section 6.4). */
    private static final int GOLDEN = 0x9e3779b9;

    /** An open-addressed table: a slot with a count has a mark. */
    private final int[] marks = new int[SLOTS];

    private final long[] counts = new long[SLOTS];
    private final long[] others = new long[1];
    private int used;

    /**
     * Adds one. Only the worker's own thread may call this.
     *
     * @param mark the mark, 32 bits
     */
    public void add(int mark) {
        int slot = slotOf(mark);
        if (counts[slot] == 0) {
            if (used == MOST_MARKS) {
                ELEMENT.setOpaque(others, 0, others[0] + 1);
                return;
            }
            used++;
            marks[slot] = mark;
        }
        // Whoever reads the count also sees the mark.
        ELEMENT.setRelease(counts, slot, counts[slot] + 1);
    }

    private int slotOf(int mark) {
        int slot = mark * GOLDEN >>> Integer.SIZE - SLOTS_BITS;
        while (counts[slot] != 0 && marks[slot] != mark) {
            slot = slot + 1 & SLOTS - 1;
        }
        return slot;
    }

    /**
     * Calls the consumer for each mark that is counted separately, in no order.
     *
     * @param consumer gets the mark and its queries
     */
    public void forEach(ObjLongConsumer<Integer> consumer) {
        for (int slot = 0; slot < SLOTS; slot++) {
            long count = (long) ELEMENT.getAcquire(counts, slot);
            if (count > 0) {
                consumer.accept(marks[slot], count);
            }
        }
    }

    /**
     * @return the queries of all other marks
     */
    public long others() {
        return (long) ELEMENT.getOpaque(others, 0);
    }
}

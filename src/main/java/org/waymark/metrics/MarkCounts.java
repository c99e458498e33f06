package org.waymark.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts queries by the mark of their connection, for one worker. Only its own thread may add; any thread may read. Clients may bring any
 * number of marks, so only the first {@value #MOST_MARKS} are counted separately, and all others together.
 */
public final class MarkCounts {
    /** How many marks are counted separately. */
    public static final int MOST_MARKS = 16_384;

    /** What is counted for each mark. */
    public enum Count {
        /** All queries. */
        QUERIES,
        /** Those that a policy or a limit refused. */
        REFUSED,
        /** Those that every server failed. */
        FAILED
    }

    /** Gets what is counted for one mark. */
    @FunctionalInterface
    public interface Consumer {
        /**
         * @param mark the mark, 32 bits
         */
        void accept(int mark, long queries, long refused, long failed);
    }

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int FIRST_SLOTS = 64;
    private static final int COUNTS = Count.values().length;

    /** 2^32 divided by the golden ratio, which spreads marks that follow each other (Knuth, TAOCP 3, section 6.4). */
    private static final int GOLDEN = 0x9e3779b9;

    /** At most half full; whoever reads it may see the one before that was too small. */
    private volatile Table table = new Table(FIRST_SLOTS);

    private final long[] others = new long[COUNTS];
    private int used;

    /** An open-addressed table: a slot with queries has a mark. */
    private static final class Table {
        final int[] marks;
        final long[] counts;
        private final int shift;

        Table(int slots) {
            marks = new int[slots];
            counts = new long[slots * COUNTS];
            shift = Integer.SIZE - Integer.numberOfTrailingZeros(slots);
        }

        /** Returns where the mark is, or would be. */
        int slotOf(int mark) {
            int slot = mark * GOLDEN >>> shift;
            while (isUsed(slot) && marks[slot] != mark) {
                slot = slot + 1 & marks.length - 1;
            }
            return slot;
        }

        boolean isUsed(int slot) {
            return counts[slot * COUNTS] != 0;
        }

        Table twice() {
            Table larger = new Table(2 * marks.length);
            for (int slot = 0; slot < marks.length; slot++) {
                if (isUsed(slot)) {
                    int its = larger.slotOf(marks[slot]);
                    larger.marks[its] = marks[slot];
                    System.arraycopy(counts, slot * COUNTS, larger.counts, its * COUNTS, COUNTS);
                }
            }
            return larger;
        }
    }

    /**
     * Adds a query. Only the worker's own thread may call this.
     *
     * @param mark the mark, 32 bits
     */
    public void add(int mark) {
        int slot = table.slotOf(mark);
        if (!table.isUsed(slot)) {
            if (used == MOST_MARKS) {
                increase(others, Count.QUERIES.ordinal());
                return;
            }
            slot = place(mark);
        }
        increase(table.counts, slot * COUNTS);
    }

    private int place(int mark) {
        used++;
        if (2 * used > table.marks.length) {
            table = table.twice();
        }
        int slot = table.slotOf(mark);
        table.marks[slot] = mark;
        return slot;
    }

    /** Whoever reads the count also sees the mark. */
    private static void increase(long[] counts, int index) {
        ELEMENT.setRelease(counts, index, counts[index] + 1);
    }

    /**
     * Adds how a query has ended that was added before. Only the worker's own thread may call this.
     *
     * @param mark the mark, 32 bits
     * @param count REFUSED or FAILED
     */
    public void add(int mark, Count count) {
        int slot = table.slotOf(mark);
        if (table.isUsed(slot)) {
            increase(table.counts, slot * COUNTS + count.ordinal());
        } else {
            increase(others, count.ordinal());
        }
    }

    /**
     * Calls the consumer for each mark that is counted separately, in no order.
     *
     * @param consumer gets what is counted
     */
    public void forEach(Consumer consumer) {
        Table now = table;
        for (int slot = 0; slot < now.marks.length; slot++) {
            int index = slot * COUNTS;
            long queries = (long) ELEMENT.getAcquire(now.counts, index);
            if (queries > 0) {
                long refused = (long) ELEMENT.getOpaque(now.counts, index + Count.REFUSED.ordinal());
                long failed = (long) ELEMENT.getOpaque(now.counts, index + Count.FAILED.ordinal());
                consumer.accept(now.marks[slot], queries, refused, failed);
            }
        }
    }

    /**
     * @param count what is counted
     * @return the sum for all other marks
     */
    public long others(Count count) {
        return (long) ELEMENT.getOpaque(others, count.ordinal());
    }
}

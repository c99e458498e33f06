package org.waymark.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

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
        FAILED,
        /** Those that were answered from the cache. */
        HITS,
        /** The bytes of queries and answers that, because of this, were not exchanged with a server. */
        SAVED
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
                increase(others, Count.QUERIES.ordinal(), 1);
                return;
            }
            slot = place(mark);
        }
        increase(table.counts, slot * COUNTS, 1);
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
    private static void increase(long[] counts, int index, long by) {
        ELEMENT.setRelease(counts, index, counts[index] + by);
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
            increase(table.counts, slot * COUNTS + count.ordinal(), 1);
        } else {
            increase(others, count.ordinal(), 1);
        }
    }

    /**
     * Adds that a query which was added before has been answered from the cache. Only the worker's own thread may call this.
     *
     * @param mark the mark, 32 bits
     * @param bytes the length of the query and of the answer
     */
    public void hit(int mark, long bytes) {
        int slot = table.slotOf(mark);
        long[] counts = table.isUsed(slot) ? table.counts : others;
        int first = counts == others ? 0 : slot * COUNTS;
        increase(counts, first + Count.HITS.ordinal(), 1);
        increase(counts, first + Count.SAVED.ordinal(), bytes);
    }

    /**
     * Calls the consumer for each mark that is counted separately, in no order.
     *
     * @param consumer gets what is counted
     */
    public void forEach(Consumer<MarkTotals.OfMark> consumer) {
        Table now = table;
        for (int slot = 0; slot < now.marks.length; slot++) {
            int index = slot * COUNTS;
            if ((long) ELEMENT.getAcquire(now.counts, index) > 0) {
                consumer.accept(read(now.marks[slot], now.counts, index));
            }
        }
    }

    private static MarkTotals.OfMark read(int mark, long[] counts, int first) {
        return new MarkTotals.OfMark(
                mark,
                read(counts, first, Count.QUERIES),
                read(counts, first, Count.REFUSED),
                read(counts, first, Count.FAILED),
                read(counts, first, Count.HITS),
                read(counts, first, Count.SAVED));
    }

    private static long read(long[] counts, int first, Count count) {
        return (long) ELEMENT.getAcquire(counts, first + count.ordinal());
    }

    /**
     * @return the sums for all other marks; its mark means nothing
     */
    public MarkTotals.OfMark others() {
        return read(0, others, 0);
    }
}

package org.waymark.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The clients with the most queries, for one worker. Only its own thread may add; any thread may read.
 *
 * <p>There may be any number of clients, so this is an estimate: Space-Saving (Metwally et al., 2005) in each set of a few places, among
 * which a client's hash chooses. A client that finds no place takes that of the least one in its set, and its count, of which the record
 * tells that it may be too much. Counts are never too small, and a client with more queries than the least in its set is never missing.
 */
public final class ClientCounts {
    /** Gets what is counted for one client. */
    @FunctionalInterface
    public interface Consumer {
        /**
         * @param high the first 64 bits of the address
         * @param low the last 64 bits
         * @param queries how many there were at most
         * @param surplus by how much this may be too many; 0 if it is exact
         */
        void accept(long high, long low, long queries, long surplus);
    }

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SET_BITS = 7;
    private static final int PLACES = 8;

    /** The fields of a place. */
    private static final int HIGH = 0;

    private static final int LOW = 1;
    private static final int QUERIES = 2;
    private static final int SURPLUS = 3;
    private static final int FIELDS = 4;
    private static final int SET_FIELDS = PLACES * FIELDS;

    /** 2^64 divided by the golden ratio (Knuth, TAOCP 3, section 6.4). */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private static final int TRIES = 100;

    private final long[] fields = new long[(1 << SET_BITS) * SET_FIELDS];

    /** Odd while a client takes the place of another, so that nobody reads half of each. */
    private final long[] changes = new long[1];

    /**
     * Adds a query. Only the worker's own thread may call this.
     *
     * @param high the first 64 bits of the client's address
     * @param low the last 64 bits
     */
    public void add(long high, long low) {
        int first = setOf(high, low);
        int least = first;
        for (int place = first; place < first + SET_FIELDS; place += FIELDS) {
            long queries = fields[place + QUERIES];
            if (queries > 0 && fields[place + LOW] == low && fields[place + HIGH] == high) {
                ELEMENT.setOpaque(fields, place + QUERIES, queries + 1);
                return;
            }
            if (queries < fields[least + QUERIES]) {
                least = place;
            }
        }
        replace(least, high, low);
    }

    private static int setOf(long high, long low) {
        long hash = (high * GOLDEN ^ low) * GOLDEN;
        return (int) (hash >>> Long.SIZE - SET_BITS) * SET_FIELDS;
    }

    private void replace(int place, long high, long low) {
        long former = fields[place + QUERIES];
        ELEMENT.setOpaque(changes, 0, changes[0] + 1);
        VarHandle.storeStoreFence();
        ELEMENT.setOpaque(fields, place + HIGH, high);
        ELEMENT.setOpaque(fields, place + LOW, low);
        ELEMENT.setOpaque(fields, place + QUERIES, former + 1);
        ELEMENT.setOpaque(fields, place + SURPLUS, former);
        ELEMENT.setRelease(changes, 0, changes[0] + 1);
    }

    /**
     * Calls the consumer for each client that has a place, in no order.
     *
     * @param consumer gets what is counted
     */
    public void forEach(Consumer consumer) {
        for (int place = 0; place < fields.length; place += FIELDS) {
            readPlace(place, consumer);
        }
    }

    /** Reads a place again if a client has come meanwhile. If that happens all the time, the place is left out. */
    private void readPlace(int place, Consumer consumer) {
        for (int i = 0; i < TRIES; i++) {
            long before = (long) ELEMENT.getAcquire(changes, 0);
            long high = (long) ELEMENT.getOpaque(fields, place + HIGH);
            long low = (long) ELEMENT.getOpaque(fields, place + LOW);
            long queries = (long) ELEMENT.getOpaque(fields, place + QUERIES);
            long surplus = (long) ELEMENT.getOpaque(fields, place + SURPLUS);
            VarHandle.loadLoadFence();
            if (before % 2 == 0 && before == (long) ELEMENT.getOpaque(changes, 0)) {
                if (queries > 0) {
                    consumer.accept(high, low, queries, surplus);
                }
                return;
            }
            Thread.onSpinWait();
        }
    }
}

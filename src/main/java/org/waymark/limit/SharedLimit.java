package org.waymark.limit;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A limit on how many there may be of something at the same time in the whole process, in all or for each client or
 * question. All workers share it, so it does not depend on the number of workers, or on how one client's queries are
 * spread over them.
 *
 * <p>Memory that all workers write is slow, so a worker takes a few places at once, and keeps some places that become
 * free for later. All workers together keep at most 2 % of the places, and none if the limit is below 200 for each
 * worker.
 *
 * <p>Clients and questions are distinguished by 16 bits of a hash, so that the memory does not grow with their number;
 * two with the same bits share one limit. It must be a hash for which nobody can choose values that collide.
 */
public final class SharedLimit {
    private static final int HASHES = 1 << 16;
    private static final int KEPT_SHARE = 100;
    private static final int LARGEST_BATCH = (Byte.MAX_VALUE + 1) / 2;

    private final int workers;
    private final int counts;

    /** Made for the first place that is taken: some limits, such as those of zone transfers, are never needed, and it is 256 KiB. */
    private volatile AtomicIntegerArray taken;

    private volatile int max;
    private volatile int batch;

    private SharedLimit(int max, int workers, int counts) {
        this.workers = workers;
        this.counts = counts;
        max(max);
    }

    /**
     * @param max the limit
     * @param workers how many workers share the limit
     * @return a limit with one count
     */
    public static SharedLimit ofAll(int max, int workers) {
        return new SharedLimit(max, workers, 1);
    }

    /**
     * @param max the limit for each
     * @param workers how many workers share the limit
     * @return a limit with a count for each hash
     */
    public static SharedLimit ofEach(int max, int workers) {
        return new SharedLimit(max, workers, HASHES);
    }

    /**
     * @return the limit
     */
    public int max() {
        return max;
    }

    /**
     * Changes the limit. Places that are taken stay taken, even if there are more of them than the new limit.
     *
     * @param newMax the limit from now on
     */
    public final void max(int newMax) {
        max = newMax;
        batch = Math.max(1, Math.min(LARGEST_BATCH, newMax / KEPT_SHARE / workers));
    }

    /**
     * @return how many places are taken in a limit with one count, with those that workers keep
     */
    public int taken() {
        return taken(0);
    }

    private int taken(int count) {
        AtomicIntegerArray all = taken;
        return all == null ? 0 : all.get(count);
    }

    private AtomicIntegerArray made() {
        AtomicIntegerArray all = taken;
        return all == null ? make() : all;
    }

    private synchronized AtomicIntegerArray make() {
        if (taken == null) {
            taken = new AtomicIntegerArray(counts);
        }
        return taken;
    }

    /**
     * @param hash a hash for which nobody can choose values that collide
     * @return the count for this hash, in a limit with a count for each
     */
    public static int countOf(long hash) {
        return (int) (hash >>> Long.SIZE - Short.SIZE);
    }

    /**
     * @return a worker's access to the limit; for one thread
     */
    public Places places() {
        return new Places();
    }

    /** A worker's access to the limit; for one thread. */
    public final class Places {
        /** Made for the first place that is taken. */
        private byte[] kept;

        /**
         * @param count which count; 0 in a limit with one count
         * @return whether the limit is reached
         */
        public boolean areSpent(int count) {
            return (kept == null || kept[count] == 0) && taken(count) >= max;
        }

        /**
         * Takes a place unless the limit is reached.
         *
         * @param count which count; 0 in a limit with one count
         * @return whether there was a place
         */
        public boolean take(int count) {
            if (kept == null) {
                kept = new byte[counts];
            }
            if (kept[count] == 0) {
                kept[count] = (byte) takeSome(count);
            }
            if (kept[count] == 0) {
                return false;
            }
            kept[count]--;
            return true;
        }

        private int takeSome(int count) {
            int wanted = batch;
            int spare = max - made().getAndAdd(count, wanted);
            int some = Math.max(0, Math.min(wanted, spare));
            if (some < wanted) {
                made().addAndGet(count, some - wanted);
            }
            return some;
        }

        /**
         * Gives a place back.
         *
         * @param count which count it was taken from
         */
        public void giveBack(int count) {
            kept[count]++;
            int surplus = kept[count] - (batch - 1);
            if (surplus >= batch) {
                kept[count] -= (byte) surplus;
                made().addAndGet(count, -surplus);
            }
        }
    }
}

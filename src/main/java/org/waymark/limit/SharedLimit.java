package org.waymark.limit;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A limit on how many there may be of something at the same time in the whole process, in all or for each client or
 * question. All workers share it, so it does not depend on the number of workers, or on how one client's queries are
 * spread over them.
 *
 * <p>Memory that all workers write is slow, so a worker takes a few places at once, and keeps some places that become
 * free for later. All workers together keep at most 2 % of the places, and none if the limit is below 200 for each
 * worker. If two workers both see the last place before one of them takes it, both get one.
 *
 * <p>Clients and questions are distinguished by 16 bits of a hash, so that the memory does not grow with their number;
 * two with the same bits share one limit. It must be a hash for which nobody can choose values that collide.
 */
public final class SharedLimit {
    private static final int HASHES = 1 << 16;
    private static final int KEPT_SHARE = 100;
    private static final int LARGEST_BATCH = (Byte.MAX_VALUE + 1) / 2;

    private final int max;
    private final int batch;
    private final AtomicIntegerArray taken;

    private SharedLimit(int max, int workers, int counts) {
        this.max = max;
        this.batch = Math.max(1, Math.min(LARGEST_BATCH, max / KEPT_SHARE / workers));
        this.taken = new AtomicIntegerArray(counts);
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
        private final byte[] kept = new byte[taken.length()];

        /**
         * @param count which count; 0 in a limit with one count
         * @return whether the limit is reached
         */
        public boolean areSpent(int count) {
            return kept[count] == 0 && taken.get(count) >= max;
        }

        /**
         * Takes a place, even if there is none left; so check {@link #areSpent} before.
         *
         * @param count which count; 0 in a limit with one count
         */
        public void take(int count) {
            if (!takeIfAny(count)) {
                taken.incrementAndGet(count);
            }
        }

        /**
         * Takes a place unless the limit is reached.
         *
         * @param count which count; 0 in a limit with one count
         * @return whether there was a place
         */
        public boolean takeIfAny(int count) {
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
            int spare = max - taken.getAndAdd(count, batch);
            int some = Math.max(0, Math.min(batch, spare));
            if (some < batch) {
                taken.addAndGet(count, some - batch);
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
            if (kept[count] == 2 * batch - 1) {
                kept[count] -= (byte) batch;
                taken.addAndGet(count, -batch);
            }
        }
    }
}

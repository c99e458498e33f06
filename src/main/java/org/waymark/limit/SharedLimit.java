package org.waymark.limit;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many there may be of something at a time in the whole process, in all or of each client or question. The workers count
 * together, so the limit is the same however many they are, and however one client's queries are spread over them.
 *
 * <p>What all workers write costs time, so a worker takes a few places at once, and keeps some of those that become free for what
 * comes next. No more than two in a hundred are kept that way; where that is less than one for each worker, none are. When two
 * workers see the last place at the same moment, both get one.
 *
 * <p>Clients and questions are told apart by 16 bits of a hash: two that share one are held to the limit together, and no memory is
 * needed for each. The hash must be one that nobody can aim.
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
     * @param max how many there may be in all
     * @param workers how many workers share the limit
     * @return a limit with one count
     */
    public static SharedLimit ofAll(int max, int workers) {
        return new SharedLimit(max, workers, 1);
    }

    /**
     * @param max how many there may be of each
     * @param workers how many workers share the limit
     * @return a limit with a count for each hash
     */
    public static SharedLimit ofEach(int max, int workers) {
        return new SharedLimit(max, workers, HASHES);
    }

    /**
     * @return how many there may be
     */
    public int max() {
        return max;
    }

    /**
     * @param hash one that nobody can aim
     * @return which count of a limit of each is for what has this hash
     */
    public static int countOf(long hash) {
        return (int) (hash >>> Long.SIZE - Short.SIZE);
    }

    /**
     * @return a worker's way to the limit; for one thread
     */
    public Places places() {
        return new Places();
    }

    /** A worker's way to the limit; for one thread. */
    public final class Places {
        private final byte[] kept = new byte[taken.length()];

        /**
         * @param count which one, 0 in a limit of all
         * @return whether there are as many as there may be
         */
        public boolean areSpent(int count) {
            return kept[count] == 0 && taken.get(count) >= max;
        }

        /**
         * One more, even if it is one more than there may be; so {@link #areSpent} is to be asked before.
         *
         * @param count which one, 0 in a limit of all
         */
        public void take(int count) {
            if (!takeIfAny(count)) {
                taken.incrementAndGet(count);
            }
        }

        /**
         * One more, unless there are as many as there may be.
         *
         * @param count which one, 0 in a limit of all
         * @return whether there was one
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
         * One less.
         *
         * @param count the one that it was taken of
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

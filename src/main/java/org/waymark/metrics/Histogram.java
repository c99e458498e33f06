package org.waymark.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** How long something took, in buckets. Only one thread may add; any thread may read. */
public final class Histogram {
    /** How many buckets have an upper bound; one more has everything above. */
    public static final int BOUNDS = 16;

    /** The upper bound of the first bucket; each following one is twice that of the one before. */
    private static final long FIRST_NANOS = 250_000;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    /** The buckets, and behind them the sum of all times. */
    private final long[] values = new long[BOUNDS + 2];

    /**
     * @param bucket from 0 to {@link #BOUNDS} - 1
     * @return the longest time that is in the bucket, in nanoseconds
     */
    public static long boundNanos(int bucket) {
        return FIRST_NANOS << bucket;
    }

    /**
     * Adds one.
     *
     * @param nanos how long it took, in nanoseconds; a negative one counts as 0
     */
    public void add(long nanos) {
        long time = Math.max(0, nanos);
        increase(bucketOf(time), 1);
        increase(BOUNDS + 1, time);
    }

    private static int bucketOf(long nanos) {
        if (nanos <= FIRST_NANOS) {
            return 0;
        }
        return Math.min(BOUNDS, Long.SIZE - Long.numberOfLeadingZeros((nanos - 1) / FIRST_NANOS));
    }

    private void increase(int index, long by) {
        ELEMENT.setOpaque(values, index, values[index] + by);
    }

    /**
     * Adds what is counted here to a sum.
     *
     * @param sum where to
     */
    void addTo(Durations sum) {
        for (int bucket = 0; bucket <= BOUNDS; bucket++) {
            sum.add(bucket, (long) ELEMENT.getOpaque(values, bucket));
        }
        sum.addNanos((long) ELEMENT.getOpaque(values, BOUNDS + 1));
    }
}

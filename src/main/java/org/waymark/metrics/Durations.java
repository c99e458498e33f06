package org.waymark.metrics;

import java.util.Collection;

/** What several histograms show together at one moment. */
public final class Durations {
    private final long[] buckets = new long[Histogram.BOUNDS + 1];
    private long nanos;

    private Durations() {}

    /**
     * @param histograms those of each worker
     * @return their sum
     */
    public static Durations of(Collection<Histogram> histograms) {
        Durations sum = new Durations();
        histograms.forEach(each -> each.addTo(sum));
        return sum;
    }

    void add(int bucket, long count) {
        buckets[bucket] += count;
    }

    void addNanos(long more) {
        nanos += more;
    }

    /**
     * @param bucket from 0 to {@link Histogram#BOUNDS}; the last one has no upper bound
     * @return how many are in this bucket and in none before
     */
    public long in(int bucket) {
        return buckets[bucket];
    }

    /**
     * @return how many there are in all
     */
    public long count() {
        long count = 0;
        for (long each : buckets) {
            count += each;
        }
        return count;
    }

    /**
     * @return the sum of all times, in nanoseconds
     */
    public long nanos() {
        return nanos;
    }
}

package org.waymark.commands;

import java.util.List;
import java.util.function.LongSupplier;
import org.waymark.metrics.Counters;
import org.waymark.metrics.Snapshot;

/** How many queries come in a second: now, and over the last minute. Any thread may call the methods. */
public final class QueryRate {
    /** How often {@link #sample} should be called, in seconds. */
    public static final long INTERVAL_SECONDS = 1;

    private static final int SAMPLES = 61;
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<Counters> workers;
    private final LongSupplier nanoTime;

    /** The latest samples, in a circle. */
    private final long[] queries = new long[SAMPLES];

    private final long[] takenAt = new long[SAMPLES];
    private int taken;

    /**
     * @param workers the counters of each worker
     * @param nanoTime the time in nanoseconds
     */
    public QueryRate(List<Counters> workers, LongSupplier nanoTime) {
        this.workers = List.copyOf(workers);
        this.nanoTime = nanoTime;
        sample();
    }

    /** Notes how many queries there were until now. */
    public synchronized void sample() {
        int place = taken % SAMPLES;
        queries[place] = Snapshot.of(workers).queries();
        takenAt[place] = nanoTime.getAsLong();
        taken++;
    }

    /** The queries a second in the latest two seconds. */
    double now() {
        return over(2);
    }

    /** The queries a second in the last minute, or since the start. */
    double lastMinute() {
        return over(SAMPLES - 1);
    }

    private synchronized double over(int intervals) {
        int last = taken - 1;
        int first = Math.max(Math.max(0, taken - SAMPLES), last - intervals);
        double seconds = (takenAt[last % SAMPLES] - takenAt[first % SAMPLES]) / NANOS_PER_SECOND;
        return seconds == 0 ? 0 : (queries[last % SAMPLES] - queries[first % SAMPLES]) / seconds;
    }
}

package org.waymark.commands;

import org.waymark.worker.Workers;

/**
 * What was counted half a minute to a minute ago, so that figures of late can be told. Any thread may call the methods.
 */
public final class Recent {
    /** How often {@link #renew} should be called, in seconds. */
    public static final long INTERVAL_SECONDS = 30;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Workers workers;
    private Sample before;
    private Sample latest;

    /**
     * @param workers whose counts they are
     */
    public Recent(Workers workers) {
        this.workers = workers;
        this.latest = Sample.of(workers);
        this.before = latest;
    }

    /** Notes what is counted now. */
    public void renew() {
        Sample now = Sample.of(workers);
        synchronized (this) {
            before = latest;
            latest = now;
        }
    }

    private synchronized Sample before() {
        return before;
    }

    /** What is counted now, and what was before. */
    Pair compare() {
        Sample from = before();
        return new Pair(from, Sample.of(workers));
    }

    /** Two moments, of which the first may be the start. */
    record Pair(Sample before, Sample now) {
        double seconds() {
            return (now.nanos() - before.nanos()) / NANOS_PER_SECOND;
        }

        /** How often a second something has happened in between, rounded to tenths. */
        double perSecond(long more) {
            return Values.rounded(more / Math.max(seconds(), 1));
        }
    }
}

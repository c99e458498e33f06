package org.waymark.forward;

/**
 * Sees when more queries wait than the servers can answer in time. Every query would then be late, and the clients' repeats
 * would make it worse; so new ones are refused at once instead, until fewer wait.
 *
 * <p>As long as tries do not run out of time, however slow the servers are, nothing is too much. When they do, the queries in
 * flight are held to what the servers answer in half of the time that a try may take (Little's law: queries in flight = rate
 * x time in flight); when that has helped, more are allowed step by step.
 */
final class OverloadGuard {
    /** Fewer than this are never too many: at so few, the rate says little. */
    private static final int ALWAYS_ALLOWED = 1_000;

    private static final long SAMPLE_NANOS = 100_000_000;
    private static final double SAMPLES_PER_SECOND = 1e9 / SAMPLE_NANOS;
    private static final double NEW_SAMPLE_WEIGHT = 0.2;

    /** One try in ten that runs out of time is more than the network loses. */
    private static final int TIMEOUT_SHARE = 10;

    private static final double GROWTH = 1.1;

    private double seconds;
    private int most;
    private long sampleStart;
    private int answers;
    private int timeouts;
    private double answersPerSecond;
    private int allowed;

    OverloadGuard(int most, long tryNanos, long nowNanos) {
        this.allowed = most;
        this.sampleStart = nowNanos;
        adopt(most, tryNanos);
    }

    /**
     * @param newMost queries in flight that are ever allowed
     * @param tryNanos what a try may take
     */
    void adopt(int newMost, long tryNanos) {
        if (allowed == most) {
            allowed = newMost;
        }
        most = newMost;
        seconds = tryNanos / 2e9;
    }

    void answered() {
        answers++;
    }

    void timedOut() {
        timeouts++;
    }

    /** Lets time pass. */
    void advance(long nowNanos) {
        long samples = (nowNanos - sampleStart) / SAMPLE_NANOS;
        if (samples <= 0) {
            return;
        }
        double rate = answers * SAMPLES_PER_SECOND / samples;
        answersPerSecond += (rate - answersPerSecond) * (1 - Math.pow(1 - NEW_SAMPLE_WEIGHT, samples));
        if (timeouts * TIMEOUT_SHARE > answers + timeouts) {
            allowed = Math.max(ALWAYS_ALLOWED, (int) (answersPerSecond * seconds));
        } else {
            allowed = (int) Math.min(most, allowed * Math.pow(GROWTH, samples));
        }
        answers = 0;
        timeouts = 0;
        sampleStart += samples * SAMPLE_NANOS;
    }

    boolean isTooHigh(int queriesInFlight) {
        return queriesInFlight >= Math.min(most, allowed);
    }
}

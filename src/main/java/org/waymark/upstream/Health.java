package org.waymark.upstream;

import java.util.concurrent.TimeUnit;
import org.waymark.linux.Errno;
import org.waymark.metrics.ServerCounts;

/**
 * How one server does, over one transport, for one mark: a mark may mean another route, so a server that one mark can't reach
 * may serve the others well. Round-trip times are smoothed as TCP does (RFC 6298).
 *
 * <p>A server is down when its host refuses, or when it has left several tries in a row without an answer. It is then asked
 * again by copies of real queries, at growing intervals, whose answers nobody waits for; the first answer of any kind makes
 * it well again.
 */
final class Health {
    /** One or two lost packets in a row are the network's. */
    private static final int SILENT_TRIES = 3;

    private static final long LEAST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long UNKNOWN_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** A round-trip time of a server that is not asked any more says little after this. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long FORGET_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final ServerState state;
    private final int mark;
    private final ServerCounts counts;
    private long smoothedNanos;
    private long variationNanos;
    private int silentTries;
    private boolean wasHeard;
    private long heardAt;
    private boolean down;
    private long pauseNanos;
    private long nextProbeAt;
    private long usedAt;

    /**
     * @param counts those of the worker for the server
     */
    Health(ServerState state, int mark, ServerCounts counts, long nowNanos) {
        this.state = state;
        this.mark = mark;
        this.counts = counts;
        this.usedAt = nowNanos;
        this.nextProbeAt = nowNanos;
    }

    ServerState server() {
        return state;
    }

    ServerCounts counts() {
        return counts;
    }

    boolean isDown() {
        return down;
    }

    /** The smoothed round-trip time; 0 if none was measured. */
    long roundTripNanos() {
        return smoothedNanos;
    }

    /** How long to wait for an answer before another server is asked; never more than the bound. */
    long patienceNanos(long boundNanos) {
        long patience = smoothedNanos == 0
                ? UNKNOWN_PATIENCE_NANOS
                : Math.max(LEAST_PATIENCE_NANOS, smoothedNanos + 4 * variationNanos);
        return Math.min(patience, boundNanos);
    }

    void used(long nowNanos) {
        usedAt = nowNanos;
    }

    void answered(long roundTripNanos, long nowNanos) {
        if (smoothedNanos == 0) {
            smoothedNanos = Math.max(1, roundTripNanos);
            variationNanos = roundTripNanos / 2;
        } else {
            variationNanos += (Math.abs(smoothedNanos - roundTripNanos) - variationNanos) / 4;
            smoothedNanos = Math.max(1, smoothedNanos + (roundTripNanos - smoothedNanos) / 8);
        }
        silentTries = 0;
        wasHeard = true;
        heardAt = nowNanos;
        nextProbeAt = nowNanos + STALE_NANOS;
        if (down) {
            down = false;
            state.recovered();
        }
        state.answered(mark, nowNanos);
    }

    /**
     * A question had its time. If the server has answered another one meanwhile, it is there, and leaves out what it does not like.
     *
     * @param sentAtNanos when the question was sent
     */
    void silent(long sentAtNanos, long nowNanos) {
        boolean isThere = wasHeard && heardAt - sentAtNanos > 0;
        if (!isThere && ++silentTries >= SILENT_TRIES) {
            fail(nowNanos);
        }
    }

    /** The server's host refuses, or can't be reached. */
    void refused(long nowNanos) {
        fail(nowNanos);
    }

    /** Remembers for people that the kernel did not send, and why not. */
    void unreachable(Errno errno) {
        state.unreachable(mark, errno);
    }

    /** Remembers why, for people. */
    void problem(String description) {
        state.problem(description);
    }

    private void fail(long nowNanos) {
        if (!down) {
            down = true;
            pauseNanos = FIRST_PAUSE_NANOS;
            nextProbeAt = nowNanos + pauseNanos;
            state.down(mark, nowNanos);
        }
    }

    /** Whether a copy of a query is due, to see how the server does; if so, the next one is due later. */
    boolean takeProbe(long nowNanos) {
        if (nowNanos - nextProbeAt < 0) {
            return false;
        }
        pauseNanos = down ? Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS) : STALE_NANOS;
        nextProbeAt = nowNanos + pauseNanos;
        return true;
    }

    /** Whether all this is so old that it is worth nothing. */
    boolean isForgettable(long nowNanos) {
        return nowNanos - usedAt > FORGET_NANOS;
    }

    void forget() {
        if (down) {
            down = false;
            state.forgotten();
        }
    }

    /** Begins afresh, as with a server that was never asked. */
    void reset(long nowNanos) {
        forget();
        smoothedNanos = 0;
        variationNanos = 0;
        silentTries = 0;
        wasHeard = false;
        nextProbeAt = nowNanos;
    }
}

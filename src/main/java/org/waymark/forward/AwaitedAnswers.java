package org.waymark.forward;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.waymark.cache.Claims;
import org.waymark.loop.Loop;

/**
 * The flights of one worker that wait for an answer which another flight has asked for, in this worker or another one. They do not ask
 * themselves, because queries of the same view share the answer: but not forever, since the other's mark may have a worse way to the
 * servers.
 */
final class AwaitedAnswers {
    /** The longest that a flight waits. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The part of the time for all tries that may be spent with waiting. */
    private static final int PART = 4;

    private final Claims.Claimant claims;
    private final Consumer<Flight> lookAgain;
    private final List<Flight> waiting = new ArrayList<>();

    /**
     * @param lookAgain told of each flight whose answer may be there
     */
    AwaitedAnswers(Loop loop, Claims claims, Consumer<Flight> lookAgain) {
        this.claims = claims.claimant(hash -> loop.execute(() -> claimEnded(hash)));
        this.lookAgain = lookAgain;
    }

    /**
     * How long a flight waits.
     *
     * @param totalTimeout the time for waiting and all tries together
     */
    static long patienceNanos(Duration totalTimeout) {
        return Math.min(PATIENCE_NANOS, totalTimeout.toNanos() / PART);
    }

    /** Whether a flight with a usable key has to wait. If not, others wait for it, until {@link #ended}. */
    boolean mustWait(Flight flight) {
        if (claims.take(flight.key())) {
            flight.hasClaim(true);
            return false;
        }
        boolean mustWait = claims.await(flight.key());
        if (mustWait) {
            waiting.add(flight);
        }
        return mustWait;
    }

    /** Lets a flight wait no more; false if it did not. */
    boolean remove(Flight flight) {
        return !waiting.isEmpty() && waiting.remove(flight);
    }

    /** A flight has ended: those who have waited for it may go on. */
    void ended(Flight flight) {
        if (flight.hasClaim()) {
            flight.hasClaim(false);
            claims.end(flight.key());
        }
    }

    private void claimEnded(long hash) {
        List<Flight> told =
                waiting.stream().filter(flight -> flight.key().hash() == hash).toList();
        waiting.removeAll(told);
        told.forEach(lookAgain);
    }
}

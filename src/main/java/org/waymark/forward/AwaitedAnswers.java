package org.waymark.forward;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.waymark.cache.Claims;
import org.waymark.loop.Loop;

/**
 * The flights of one worker that wait for an answer which another flight has asked for, in this worker or another one. They do not ask
 * themselves, because queries of the same view share the answer. After half of their time they ask, too, since the other's mark may have
 * a worse way to the servers, and take whichever answer comes first.
 */
final class AwaitedAnswers {
    /** The part of the time for all tries that is spent with nothing but waiting. */
    private static final int PART = 2;

    private final Claims.Claimant claims;
    private final Consumer<Flight> lookAgain;

    /** Those that wait, by the hash of the key. */
    private final Map<Long, List<Flight>> waiting = new HashMap<>();

    /**
     * @param lookAgain told of each flight whose answer may be there
     */
    AwaitedAnswers(Loop loop, Claims claims, Consumer<Flight> lookAgain) {
        this.claims = claims.claimant(hash -> loop.execute(() -> claimEnded(hash)));
        this.lookAgain = lookAgain;
    }

    /**
     * How long a flight waits before it asks, too. It still takes the other's answer then, if that comes first.
     *
     * @param totalTimeout the time for waiting and all tries together
     */
    static long patienceNanos(Duration totalTimeout) {
        return totalTimeout.toNanos() / PART;
    }

    /** Whether a flight with a usable key has to wait. If not, others wait for it, until {@link #ended}. */
    boolean mustWait(Flight flight) {
        if (claims.take(flight.key())) {
            flight.hasClaim(true);
            return false;
        }
        boolean mustWait = claims.await(flight.key());
        if (mustWait) {
            waiting.computeIfAbsent(flight.key().hash(), hash -> new ArrayList<>(1))
                    .add(flight);
        }
        return mustWait;
    }

    /** A flight has ended: it waits no more, and those who have waited for it may go on. */
    void ended(Flight flight) {
        if (!waiting.isEmpty()) {
            remove(flight);
        }
        if (flight.hasClaim()) {
            flight.hasClaim(false);
            claims.end(flight.key());
        }
    }

    private void remove(Flight flight) {
        long hash = flight.key().hash();
        List<Flight> same = waiting.get(hash);
        if (same != null && same.remove(flight) && same.isEmpty()) {
            waiting.remove(hash);
        }
    }

    private void claimEnded(long hash) {
        List<Flight> told = waiting.remove(hash);
        if (told != null) {
            told.forEach(lookAgain);
        }
    }
}

package org.waymark.forward;

import java.util.concurrent.TimeUnit;
import org.waymark.cache.CacheAccess;
import org.waymark.cache.Claims;
import org.waymark.dns.Header;
import org.waymark.dns.WireMessage;
import org.waymark.loop.Loop;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

/**
 * What the cache means for flights: each keeps the answer that it gets, waits for one that another flight has asked for, and gives its
 * queries an old answer if servers fail or take too long (RFC 8767).
 */
final class KeptAnswers {
    /** An old answer serves if there is no new one after this time (RFC 8767, section 5, the client response timer). */
    private static final long STALE_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(1_800);

    private final Loop loop;
    private final PendingQueries pending;
    private final CacheAccess cache;
    private final AwaitedAnswers awaited;
    private final Counters counters;
    private final ClientAnswers answers;

    KeptAnswers(
            Loop loop,
            PendingQueries pending,
            CacheAccess cache,
            Claims claims,
            Counters counters,
            ClientAnswers answers) {
        this.loop = loop;
        this.pending = pending;
        this.cache = cache;
        this.awaited = new AwaitedAnswers(loop, claims, this::lookAgain);
        this.counters = counters;
        this.answers = answers;
    }

    /** Lets a flight ask a server, or wait for the answer if another flight has asked for it. */
    void begin(Flight flight) {
        if (!flight.key().isUsable()) {
            pending.send(flight);
            return;
        }
        if (cache.keepsStale() && findStale(flight, loop.nanoTime()) != null) {
            pending.startTimer(flight.staleTimer, loop.nanoTime(), STALE_AFTER_NANOS);
        }
        if (awaited.mustWait(flight)) {
            long now = loop.nanoTime();
            flight.isWaiting(true);
            flight.beginTime(now);
            pending.startTimer(flight.timer, now, AwaitedAnswers.patienceNanos(flight.group.totalTimeout()));
        } else {
            pending.send(flight);
        }
    }

    /** The answer that a flight waits for, and may have asked for meanwhile, has come, or will not. */
    private void lookAgain(Flight flight) {
        WireMessage found = cache.find(flight.key(), flight.message(), flight.payloadLimit(), loop.nanoTime());
        if (found != null) {
            give(flight, found, cache.isStale(), Count.COALESCED);
            pending.over(flight);
        } else if (flight.isWaiting()) {
            pending.stopTimer(flight.timer);
            flight.isWaiting(false);
            pending.send(flight);
        }
    }

    /**
     * A server has answered a flight. Its answer is kept.
     *
     * @return whether all queries have an old answer, which is better than that a server has failed
     */
    boolean replaces(Flight flight, WireMessage answer, long nowNanos) {
        if (!flight.key().isUsable()) {
            return false;
        }
        if (answer.rcode() == Header.RCODE_SERVFAIL && replacesFailure(flight, nowNanos)) {
            return true;
        }
        cache.keep(flight.key(), answer, flight.answerLimit(), nowNanos);
        return false;
    }

    /** Gives all queries of a flight that has failed an old answer, if there is one. It serves for a while then. */
    boolean replacesFailure(Flight flight, long nowNanos) {
        boolean isThere = giveStale(flight, nowNanos);
        if (isThere) {
            cache.postpone(flight.key(), nowNanos);
        }
        return isThere;
    }

    /** Gives all queries that are on a flight now an old answer; false if there is none. */
    boolean giveStale(Flight flight, long nowNanos) {
        WireMessage stale = findStale(flight, nowNanos);
        if (stale != null) {
            give(flight, stale, true, Count.CACHE_STALE);
        }
        return stale != null;
    }

    private WireMessage findStale(Flight flight, long nowNanos) {
        return flight.key().isUsable()
                ? cache.findStale(flight.key(), flight.message(), flight.payloadLimit(), nowNanos)
                : null;
    }

    /** Gives queries a copy of what was found: a client over TCP that has its answer may ask at once for another one. */
    private void give(Flight flight, WireMessage found, boolean isStale, Count count) {
        WireMessage kept = WireMessage.of(found.bytes());
        for (Query query = pending.leave(flight); query != null; query = pending.leave(flight)) {
            counters.add(count);
            answers.giveKept(query, flight.messageOf(query), kept, isStale);
        }
    }

    /** A flight has ended. */
    void ended(Flight flight) {
        pending.stopTimer(flight.staleTimer);
        awaited.ended(flight);
    }
}

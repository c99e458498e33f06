package org.waymark.forward;

import java.util.ArrayDeque;
import java.util.List;
import org.waymark.cache.CacheAccess;
import org.waymark.cache.Claims;
import org.waymark.cache.Key;
import org.waymark.dns.WireMessage;
import org.waymark.loop.Loop;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.policy.Decision;
import org.waymark.upstream.UpstreamSockets;

/**
 * The queries of one worker that wait for a server. Queries that are the same, and leave with the same mark, share one {@link Flight}
 * (known elsewhere as single flight): it is asked for all of them, and each gets the answer.
 */
final class PendingQueries {
    private final Loop loop;
    private final QueryLimits limits;
    private final UpstreamSockets upstreams;
    private final Counters counters;
    private final ClientAnswers answers;
    private final KeptAnswers kept;

    private final Deadlines deadlines;
    private boolean ticking;

    private final FlightTable flights;
    private final ArrayDeque<Flight> free = new ArrayDeque<>();
    private final OverloadGuard overload;
    private final QueryAdmission admission;
    private List<ServerGroup> groups;
    private boolean stopping;

    PendingQueries(
            Loop loop,
            UpstreamSockets upstreams,
            List<ServerGroup> groups,
            QueryLimits limits,
            Counters counters,
            ClientAnswers answers,
            CacheAccess cache,
            Claims claims) {
        this.loop = loop;
        this.upstreams = upstreams;
        this.groups = List.copyOf(groups);
        this.limits = limits;
        this.counters = counters;
        this.answers = answers;
        this.kept = new KeptAnswers(loop, this, cache, claims, counters, answers);
        this.deadlines = new Deadlines(loop.nanoTime());
        this.flights = new FlightTable(limits);
        this.overload = new OverloadGuard(limits.queriesInFlight(), longestTryNanos(), loop.nanoTime());
        this.admission = new QueryAdmission(limits, overload);
    }

    /** Chooses from other groups, and by other limits, from now on. */
    void adopt(List<ServerGroup> newGroups) {
        groups = List.copyOf(newGroups);
        overload.adopt(limits.queriesInFlight(), longestTryNanos());
    }

    private long longestTryNanos() {
        return groups.stream()
                .mapToLong(group -> group.timeout().toNanos())
                .max()
                .orElseThrow();
    }

    /** The group of servers that a decision names. */
    ServerGroup groupOf(Decision decision) {
        return groups.get(decision.group());
    }

    /** Takes a query in that is to be answered by a server, unless a limit forbids it. Its answer is kept under the key. */
    void ask(Query query, WireMessage message, Decision decision, Key key) {
        boolean transfer = query.transport().needsTcpUpstream() && message.isZoneTransfer();
        Outcome tooMuch = admission.admit(query, transfer);
        if (tooMuch == null) {
            join(query, transfer, message, decision, key);
        } else {
            answers.refuse(query, message, tooMuch);
        }
    }

    /**
     * Asks a server for a new answer in place of one that is kept, though nobody waits for it: with the mark of a query that was just
     * answered.
     */
    void refresh(Query query, WireMessage message, Decision decision, Key key) {
        boolean overTcp = query.transport().needsTcpUpstream();
        long hash = flights.hash(message, decision.mark(), key);
        boolean isAsked = flights.find(hash, message, decision.mark(), groupOf(decision), overTcp) != null;
        if (!isAsked && !overload.isTooHigh(admission.queries())) {
            counters.add(Count.CACHE_PREFETCHES);
            Flight flight = free.isEmpty() ? new Flight(this) : free.pop();
            flight.begin(message, decision.mark(), groupOf(decision), overTcp);
            flight.keepUnder(key, query.payloadLimit());
            flights.add(flight, hash, flights.questionHash(message));
            kept.begin(flight);
        }
    }

    /** Lets the query join the flight of others that are the same, or begin one. */
    private void join(Query query, boolean transfer, WireMessage message, Decision decision, Key key) {
        int mark = decision.mark();
        ServerGroup group = groupOf(decision);
        long hash = flights.hash(message, mark, key);
        Flight flight =
                flights.find(hash, message, mark, group, query.transport().needsTcpUpstream());
        if (flight != null) {
            counters.add(Count.COALESCED);
            flight.join(query);
            if (flight.hasGivenStale()) {
                kept.giveStale(flight, query.arrivedAt());
            }
            return;
        }
        flight = transfer ? new Transfer(this, upstreams) : free.isEmpty() ? new Flight(this) : free.pop();
        flight.begin(message, mark, group, query.transport().needsTcpUpstream());
        if (key.isUsable()) {
            flight.keepUnder(key, query.payloadLimit());
        }
        flights.add(flight, hash, flights.questionHash(message));
        flight.join(query);
        kept.begin(flight);
    }

    /** Lets a flight ask the servers, unless there are as many questions like it as there may be. */
    void send(Flight flight) {
        if (!flights.takePlace(flight)) {
            flight.refuse(Outcome.TOO_MANY_FOR_QUESTION);
            return;
        }
        if (flight.isTransfer()) {
            counters.add(Count.ZONE_TRANSFERS);
        }
        flight.tryNext();
    }

    /** Takes the next query off a flight that has an answer, or returns null. */
    Query leave(Flight flight) {
        Query query = flight.removeFirst();
        if (query != null) {
            admission.leave(query, flight.isTransfer());
        }
        return query;
    }

    long now() {
        return loop.nanoTime();
    }

    void startTimer(Deadlines.Timer timer, long nowNanos, long delayNanos) {
        deadlines.start(timer, nowNanos, delayNanos);
        if (!ticking) {
            ticking = true;
            scheduleTick();
        }
    }

    void giveStale(Flight flight) {
        kept.giveStale(flight, loop.nanoTime());
    }

    /** All queries of a flight have an answer that was kept. */
    void over(Flight flight) {
        deadlines.stop(flight.timer);
        upstreams.cancel(flight);
        flights.remove(flight);
        release(flight);
    }

    void stopTimer(Deadlines.Timer timer) {
        deadlines.stop(timer);
    }

    private void scheduleTick() {
        loop.schedule(this::tick, Deadlines.TICK_NANOS);
    }

    private void tick() {
        long now = loop.nanoTime();
        overload.advance(now);
        try {
            deadlines.advance(now);
        } finally {
            ticking = !deadlines.isIdle();
            if (ticking) {
                scheduleTick();
            }
        }
    }

    /** A try that was cut short for another server's sake says nothing about the load. */
    void tryTimedOut(Flight flight, boolean hadAllTime) {
        counters.add(Count.TIMEOUTS);
        if (hadAllTime) {
            overload.timedOut();
        }
        upstreams.timedOut(flight);
    }

    void tryFailed() {
        counters.add(Count.NETWORK_ERRORS);
    }

    /** A server has answered: every query of the flight gets the answer, with its own id. */
    void answered(Flight flight, WireMessage answer, long nowNanos) {
        counters.add(Count.ANSWERS);
        overload.answered();
        flights.remove(flight);
        if (kept.replaces(flight, answer, nowNanos)) {
            release(flight);
            return;
        }
        for (Query query = leave(flight); query != null; query = leave(flight)) {
            answer.setId(query.id());
            answers.give(query, flight, answer, nowNanos);
        }
        release(flight);
    }

    /** A transfer that has begun will not end as it should. */
    void brokeOff(Transfer transfer) {
        counters.add(Count.BROKEN_TRANSFERS);
        flights.remove(transfer);
        Query query = leave(transfer);
        answers.breakOff(query, transfer.messageOf(query));
        release(transfer);
    }

    /** No try has succeeded: every query of the flight is told. */
    void failed(Flight flight) {
        flights.remove(flight);
        if (kept.replacesFailure(flight, loop.nanoTime())) {
            release(flight);
            return;
        }
        for (Query query = leave(flight); query != null; query = leave(flight)) {
            answers.refuse(query, flight.messageOf(query), flight.outcome());
        }
        release(flight);
    }

    private void release(Flight flight) {
        kept.ended(flight);
        flight.end();
        if (!flight.isTransfer()) {
            free.push(flight);
        }
    }

    /** Whether no query is in flight. */
    boolean isIdle() {
        return admission.queries() == 0;
    }

    /** What is in flight. It is counted at every call, so call it seldom. */
    InFlight inFlight() {
        return new InFlight(admission.queries(), flights.size());
    }

    boolean isStopping() {
        return stopping;
    }

    /** Gives up on every query in flight, for good: each gets SERVFAIL now, and so does any that still comes. */
    void stop() {
        stopping = true;
        deadlines.expireAll();
    }
}

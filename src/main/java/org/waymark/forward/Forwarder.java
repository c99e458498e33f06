package org.waymark.forward;

import java.util.ArrayDeque;
import org.waymark.dns.AnswerWriter;
import org.waymark.dns.Reply;
import org.waymark.dns.Truncation;
import org.waymark.dns.WireMessage;
import org.waymark.local.LocalNames;
import org.waymark.loop.Loop;
import org.waymark.mark.ConnectionMark;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.policy.MarkPolicy;
import org.waymark.policy.Routes;
import org.waymark.policy.Rule;
import org.waymark.upstream.UpstreamSockets;

/** Takes in the queries of one worker and sees to it that each is answered. It runs on the worker's event loop alone. */
public final class Forwarder {
    private final Loop loop;
    private final UpstreamSockets upstreams;
    private final MarkPolicy policy;
    private final Routes<ServerGroup> routes;
    private final Counters counters;
    private final QueryLog log;

    private final Deadlines deadlines;
    private boolean ticking;

    private final FlightTable flights;
    private final ArrayDeque<Flight> free = new ArrayDeque<>();
    private final OverloadGuard overload;
    private final QueryAdmission admission;
    private boolean stopping;
    private LocalNames localNames = LocalNames.NONE;

    /**
     * @param loop the worker's
     * @param upstreams the worker's way to the servers
     * @param policy what marks mean
     * @param routes which group of servers a query goes to
     * @param limits those of the process; queries above them are refused
     * @param counters the worker's counters
     * @param log is told the outcome of every query
     */
    public Forwarder(
            Loop loop,
            UpstreamSockets upstreams,
            MarkPolicy policy,
            Routes<ServerGroup> routes,
            QueryLimits limits,
            Counters counters,
            QueryLog log) {
        this.loop = loop;
        this.upstreams = upstreams;
        this.policy = policy;
        this.routes = routes;
        this.counters = counters;
        this.log = log;
        this.deadlines = new Deadlines(loop.nanoTime());
        this.flights = new FlightTable(limits);
        this.overload =
                new OverloadGuard(limits.queriesInFlight(), limits.longestTry().toNanos(), loop.nanoTime());
        this.admission = new QueryAdmission(limits, overload);
    }

    /**
     * Answers queries for some names here, from now on.
     *
     * @param names in place of those before, of which there are none at first
     */
    public void answerHere(LocalNames names) {
        localNames = names;
    }

    /**
     * Takes in a well-formed query; it is answered now or later.
     *
     * @param query who asks
     * @param message the message, whose question is known; it is copied
     * @param connectionMark what conntrack told of the client's connection, as {@link ConnectionMark} codes it
     */
    public void forward(Query query, WireMessage message, long connectionMark) {
        counters.add(countOf(connectionMark));
        query.join(message.id(), connectionMark);
        Rule rule = policy.ruleFor(connectionMark);
        if (rule.refuses()) {
            refuseBy(rule, query, message);
            return;
        }
        Reply reply = localNames.answer(message);
        if (reply != null) {
            counters.add(Count.LOCAL_ANSWERS);
            log.answeredHere(query, message);
            give(query, AnswerWriter.write(message, reply));
            return;
        }
        boolean transfer = query.overTcp() && message.isZoneTransfer();
        Outcome tooMuch = admission.limitHitBy(query, transfer);
        if (tooMuch != null) {
            refuse(query, message, tooMuch);
        } else {
            int mark = policy.outgoingMark(rule, connectionMark);
            ServerGroup group = routes.groupFor(rule, message);
            join(query, transfer, message, mark, group);
        }
    }

    /** Lets the query join the flight of others that are the same, or begin one. */
    private void join(Query query, boolean transfer, WireMessage message, int mark, ServerGroup group) {
        long hash = flights.hash(message, mark);
        Flight flight = flights.find(hash, message, mark, group, query.overTcp());
        if (flight != null) {
            counters.add(Count.COALESCED);
            admit(query, flight);
            return;
        }
        int questionHash = flights.questionHash(message);
        if (flights.isFullFor(questionHash)) {
            refuse(query, message, Outcome.TOO_MANY_FOR_QUESTION);
            return;
        }
        flight = transfer ? new Transfer(this, upstreams) : free.isEmpty() ? new Flight(this) : free.pop();
        flight.begin(message, mark, group, query.overTcp());
        flights.add(flight, hash, questionHash);
        admit(query, flight);
        flight.tryNext();
    }

    private void admit(Query query, Flight flight) {
        admission.enter(query, flight.isTransfer());
        if (flight.isTransfer()) {
            counters.add(Count.ZONE_TRANSFERS);
        }
        flight.join(query);
    }

    /** Takes the next query off a flight that has ended, or returns null. */
    private Query leave(Flight flight) {
        Query query = flight.removeFirst();
        if (query != null) {
            admission.leave(query, flight.isTransfer());
        }
        return query;
    }

    private static Count countOf(long connectionMark) {
        if (ConnectionMark.isKnown(connectionMark)) {
            return Count.MARK_KNOWN;
        }
        return connectionMark == ConnectionMark.NO_ENTRY ? Count.MARK_NO_ENTRY : Count.MARK_UNAVAILABLE;
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

    /** A server has answered: every query on board gets the answer, with its own id. */
    void answered(Flight flight, WireMessage answer) {
        counters.add(Count.ANSWERS);
        overload.answered();
        flights.remove(flight);
        for (Query query = leave(flight); query != null; query = leave(flight)) {
            answer.setId(query.id());
            tell(query, flight);
            give(query, answer);
        }
        release(flight);
    }

    private void tell(Query query, Flight flight) {
        if (log != QueryLog.NONE) {
            log.answered(query, flight.messageOf(query), flight.mark(), flight.answerer());
        }
    }

    /** Gives a client its answer, or as much of it as the client takes. */
    private static void give(Query query, WireMessage answer) {
        boolean fits = answer.length() <= query.payloadLimit();
        query.answer(fits ? answer : Truncation.cut(answer, query.payloadLimit()), query.connectionMark());
    }

    /** A transfer that has begun will not end as it should. */
    void brokeOff(Transfer transfer) {
        counters.add(Count.BROKEN_TRANSFERS);
        flights.remove(transfer);
        Query query = leave(transfer);
        log.notAnswered(query, transfer.messageOf(query), "broke off");
        query.breakOff();
        release(transfer);
    }

    /** No try succeeded: every query on board learns so. */
    void failed(Flight flight) {
        flights.remove(flight);
        for (Query query = leave(flight); query != null; query = leave(flight)) {
            refuse(query, flight.messageOf(query), flight.outcome());
        }
        release(flight);
    }

    private void refuseBy(Rule rule, Query query, WireMessage message) {
        boolean known = ConnectionMark.isKnown(query.connectionMark());
        Outcome outcome = known ? Outcome.POLICY : Outcome.MARK_UNKNOWN;
        String number = known ? " " + (policy.rules().indexOf(rule) + 1) : "";
        refuse(query, message, outcome, outcome.cause + number);
    }

    private void refuse(Query query, WireMessage message, Outcome outcome) {
        refuse(query, message, outcome, outcome.cause);
    }

    private void refuse(Query query, WireMessage message, Outcome outcome, String cause) {
        counters.add(outcome.count, () -> query + ": " + cause);
        log.notAnswered(query, message, outcome.because(cause));
        query.answer(AnswerWriter.write(message, outcome.rcode, outcome.error), query.connectionMark());
    }

    private void release(Flight flight) {
        flight.end();
        if (!flight.isTransfer()) {
            free.push(flight);
        }
    }

    /**
     * @return whether no query is in flight
     */
    public boolean isIdle() {
        return admission.queries() == 0;
    }

    /**
     * @return what is in flight; counted anew, so not to be asked for often
     */
    public InFlight inFlight() {
        return new InFlight(admission.queries(), flights.size());
    }

    boolean isStopping() {
        return stopping;
    }

    /** Gives up on every query in flight, for good: each gets SERVFAIL now, and so does any that still comes. */
    public void stop() {
        stopping = true;
        deadlines.expireAll();
    }
}

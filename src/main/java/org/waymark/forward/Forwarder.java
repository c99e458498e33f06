package org.waymark.forward;

import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.waymark.dns.AnswerWriter;
import org.waymark.dns.Truncation;
import org.waymark.mark.ConnectionMark;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.policy.MarkPolicy;
import org.waymark.upstream.Upstreams;

/** Takes in the queries of one worker and sees to it that each is answered. It runs on the worker's event loop alone. */
public final class Forwarder {
    private final IoEventLoop loop;
    private final Upstreams upstreams;
    private final Group group;
    private final MarkPolicy policy;
    private final int maxInFlight;
    private final Counters counters;
    private final QueryLog log;

    private final Deadlines deadlines = new Deadlines(System.nanoTime());
    private boolean ticking;

    private final ArrayDeque<Flight> free = new ArrayDeque<>();
    private int inFlight;
    private boolean stopping;

    /**
     * @param loop the worker's event loop
     * @param upstreams the worker's way to the servers
     * @param group the servers to ask
     * @param policy what marks mean
     * @param maxInFlight queries in flight at a time; further ones are refused
     * @param counters the worker's counters
     * @param log learns of every query that goes on
     */
    public Forwarder(
            IoEventLoop loop,
            Upstreams upstreams,
            Group group,
            MarkPolicy policy,
            int maxInFlight,
            Counters counters,
            QueryLog log) {
        this.loop = loop;
        this.upstreams = upstreams;
        this.group = group;
        this.policy = policy;
        this.maxInFlight = maxInFlight;
        this.counters = counters;
        this.log = log;
    }

    /**
     * Takes in a well-formed query; it is answered now or later.
     *
     * @param query who asks
     * @param message where the message is; it is copied
     * @param offset where in {@code message} it begins
     * @param length its length in bytes
     * @param connectionMark what conntrack told of the client's connection, as {@link ConnectionMark} codes it
     */
    public void forward(Query query, ByteBuffer message, int offset, int length, long connectionMark) {
        counters.add(countOf(connectionMark));
        if (policy.refuses(connectionMark)) {
            refuse(query, message, offset, length, Outcome.MARK_UNKNOWN, connectionMark);
            return;
        }
        if (inFlight >= maxInFlight) {
            refuse(query, message, offset, length, Outcome.TOO_MANY_QUERIES, connectionMark);
            return;
        }
        int outgoingMark = policy.outgoingMark(connectionMark);
        log.forwarded(query, message, offset, length, connectionMark, outgoingMark);
        Flight flight = free.isEmpty() ? new Flight(this) : free.pop();
        inFlight++;
        flight.begin(query, message, offset, length, connectionMark, outgoingMark, group);
    }

    private static Count countOf(long connectionMark) {
        if (ConnectionMark.isKnown(connectionMark)) {
            return Count.MARK_KNOWN;
        }
        return connectionMark == ConnectionMark.NO_ENTRY ? Count.MARK_NO_ENTRY : Count.MARK_UNAVAILABLE;
    }

    void startTimer(Deadlines.Timer timer, long delayNanos) {
        deadlines.start(timer, System.nanoTime(), delayNanos);
        if (!ticking) {
            ticking = true;
            scheduleTick();
        }
    }

    void stopTimer(Deadlines.Timer timer) {
        deadlines.stop(timer);
    }

    private void scheduleTick() {
        loop.schedule(this::tick, Deadlines.TICK_NANOS, TimeUnit.NANOSECONDS);
    }

    private void tick() {
        deadlines.advance(System.nanoTime());
        ticking = !deadlines.isIdle();
        if (ticking) {
            scheduleTick();
        }
    }

    void tryTimedOut(Flight flight) {
        counters.add(Count.TIMEOUTS);
        upstreams.cancel(flight);
    }

    void tryFailed() {
        counters.add(Count.NETWORK_ERRORS);
    }

    void answered(Flight flight, ByteBuffer answer, int offset, int length) {
        counters.add(Count.ANSWERS);
        Query query = flight.query();
        long connectionMark = flight.connectionMark();
        release(flight);
        if (length <= query.payloadLimit()) {
            query.answer(answer, offset, length, connectionMark);
        } else {
            byte[] cut = Truncation.cut(answer, offset, length, query.payloadLimit());
            query.answer(ByteBuffer.wrap(cut), 0, cut.length, connectionMark);
        }
    }

    /** No try succeeded: the client learns so. */
    void failed(Flight flight) {
        ByteBuffer message = flight.originalMessage();
        refuse(flight.query(), message, 0, message.limit(), flight.outcome(), flight.connectionMark());
        release(flight);
    }

    private void refuse(Query query, ByteBuffer message, int offset, int length, Outcome outcome, long connectionMark) {
        counters.add(outcome.count);
        byte[] answer = AnswerWriter.write(message, offset, length, outcome.rcode, outcome.error);
        query.answer(ByteBuffer.wrap(answer), 0, answer.length, connectionMark);
    }

    private void release(Flight flight) {
        inFlight--;
        flight.end();
        free.push(flight);
    }

    /**
     * @return whether no query is in flight
     */
    public boolean isIdle() {
        return inFlight == 0;
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

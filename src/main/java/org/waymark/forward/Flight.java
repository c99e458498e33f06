package org.waymark.forward;

import java.nio.ByteBuffer;
import org.waymark.dns.Header;
import org.waymark.upstream.Exchange;
import org.waymark.upstream.Failure;

/**
 * A query in flight: asked of one server after the other until one answers, always with the mark that it began with. Flights
 * are used again, so a query in flight costs no allocation.
 */
final class Flight extends Exchange {
    private final Forwarder forwarder;
    private final Deadlines.Timer timer = new Deadlines.Timer(this::timedOut);
    private Query query;
    private Group group;
    private int clientId;
    private long connectionMark;
    private int attempt;
    private Outcome outcome;

    Flight(Forwarder forwarder) {
        this.forwarder = forwarder;
    }

    void begin(
            Query query,
            ByteBuffer message,
            int offset,
            int length,
            long connectionMark,
            int outgoingMark,
            Group group) {
        this.query = query;
        this.group = group;
        this.connectionMark = connectionMark;
        clientId = Header.id(message, offset);
        attempt = 0;
        outcome = Outcome.TIMED_OUT;
        question(message, offset, length, query.questionEnd(), outgoingMark);
        tryNext();
    }

    private void tryNext() {
        while (attempt < group.attempts() && !forwarder.isStopping()) {
            Failure failure = group.server(attempt++).send(this, query.overTcp());
            if (failure == null) {
                forwarder.startTimer(timer, group.timeout().toNanos());
                return;
            }
            outcome = Outcome.of(failure);
        }
        forwarder.failed(this);
    }

    @Override
    protected void answered(ByteBuffer answer, int offset, int length) {
        forwarder.stopTimer(timer);
        Header.setId(answer, offset, clientId);
        forwarder.answered(this, answer, offset, length);
    }

    @Override
    protected void failed(Failure failure) {
        forwarder.stopTimer(timer);
        outcome = Outcome.of(failure);
        forwarder.tryFailed();
        tryNext();
    }

    private void timedOut() {
        outcome = Outcome.TIMED_OUT;
        forwarder.tryTimedOut(this);
        tryNext();
    }

    /** Readies the flight for its next query. */
    void end() {
        query = null;
        group = null;
        forget();
    }

    Query query() {
        return query;
    }

    long connectionMark() {
        return connectionMark;
    }

    /** What the query comes to if no further try succeeds. */
    Outcome outcome() {
        return outcome;
    }

    /** The client's message as it came. */
    ByteBuffer originalMessage() {
        ByteBuffer message = ByteBuffer.wrap(message(), 0, length());
        Header.setId(message, 0, clientId);
        return message;
    }
}

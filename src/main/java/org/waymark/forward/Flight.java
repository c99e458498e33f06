package org.waymark.forward;

import java.nio.ByteBuffer;
import org.waymark.dns.Header;
import org.waymark.upstream.Exchange;
import org.waymark.upstream.Failure;

/**
 * A question in flight: asked of one server after the other until one answers, always with the mark that it began with.
 * Every query on board is the same but for its id, and has the same outgoing mark. Flights are used again, so a query in
 * flight costs no allocation.
 */
final class Flight extends Exchange {
    private final Forwarder forwarder;
    private final Deadlines.Timer timer = new Deadlines.Timer(this::timedOut);
    private Query first;
    private Query last;
    private Group group;
    private boolean overTcp;
    private int attempt;
    private Outcome outcome;

    /** The hashes and the neighbour in the {@link FlightTable}. */
    long hash;

    int questionHash;
    Flight nextInBucket;

    Flight(Forwarder forwarder) {
        this.forwarder = forwarder;
    }

    /** Prepares for a question. The first query must come on board before it is sent. */
    void begin(ByteBuffer message, int offset, int length, int questionEnd, int mark, Group group, boolean overTcp) {
        this.group = group;
        this.overTcp = overTcp;
        attempt = 0;
        outcome = Outcome.TIMED_OUT;
        question(message, offset, length, questionEnd, mark);
    }

    void board(Query query) {
        if (first == null) {
            first = query;
        } else {
            last.next(query);
        }
        last = query;
    }

    /** Takes the next query off board, or returns null. */
    Query disembark() {
        Query query = first;
        if (query != null) {
            first = query.next();
            query.next(null);
        }
        return query;
    }

    /** Whether a query may come on board: it differs in its id alone. */
    boolean suits(ByteBuffer message, int offset, int length, int mark, Group group, boolean overTcp) {
        return mark() == mark
                && this.group == group
                && this.overTcp == overTcp
                && length() == length
                && sameButForId(message, offset);
    }

    private boolean sameButForId(ByteBuffer message, int offset) {
        byte[] own = message();
        for (int i = Short.BYTES; i < length(); i++) {
            if (own[i] != message.get(offset + i)) {
                return false;
            }
        }
        return true;
    }

    /** Asks the next server; if there is none left, the flight has failed. */
    void tryNext() {
        while (attempt < group.attempts() && !forwarder.isStopping()) {
            Failure failure = group.server(attempt++).send(this, overTcp);
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

    /** Readies the flight for its next question. */
    void end() {
        group = null;
        forget();
    }

    /** What the question comes to if no further try succeeds. */
    Outcome outcome() {
        return outcome;
    }

    /** The message as a client sent it, with that client's id. */
    ByteBuffer messageOf(Query query) {
        ByteBuffer message = ByteBuffer.wrap(message(), 0, length());
        Header.setId(message, 0, query.id());
        return message;
    }
}

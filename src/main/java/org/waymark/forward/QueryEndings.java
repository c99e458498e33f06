package org.waymark.forward;

import java.util.function.LongSupplier;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.metrics.Counters;
import org.waymark.metrics.MarkCounts;
import org.waymark.upstream.ServerAccess;

/** Counts how the queries of one worker end, and tells the observer. */
public final class QueryEndings {
    private final LongSupplier nanoTime;
    private final Counters counters;
    private final QueryObserver observer;
    private final QueryEnd end = new QueryEnd();

    /**
     * Where an answer comes from.
     *
     * @param mark the mark that the question was sent with
     * @param server the server that has answered
     * @param sourcePort the port that it was asked from
     */
    record Origin(int mark, ServerAccess server, int sourcePort) {}

    /**
     * @param nanoTime the worker's clock
     * @param counters the worker's
     * @param observer is told of each query while it is on
     */
    public QueryEndings(LongSupplier nanoTime, Counters counters, QueryObserver observer) {
        this.nanoTime = nanoTime;
        this.counters = counters;
        this.observer = observer;
    }

    /**
     * A query gets an answer at once, because it is refused or malformed.
     *
     * @param transport what it came over
     * @param client who asks
     * @param message the query
     * @param answer the answer
     * @param why which of the two, and what decided it
     */
    public void notTaken(
            ClientTransport transport, Endpoint client, WireMessage message, WireMessage answer, String why) {
        counters.responded(answer.rcode(), 0);
        if (observer.isOn()) {
            observer.ended(end.of(transport, client, message, nanoTime.getAsLong())
                    .ended(QueryEnd.How.REFUSED, answer, 0, why));
        }
    }

    void answeredHere(Query query, WireMessage message, WireMessage answer) {
        long nanos = nanoTime.getAsLong() - query.arrivedAt();
        counters.responded(answer.rcode(), nanos);
        if (observer.isOn()) {
            observer.ended(end.of(query, message).ended(QueryEnd.How.LOCAL, answer, nanos, null));
        }
    }

    void answeredFromCache(Query query, WireMessage message, WireMessage answer, boolean isStale) {
        long nanos = nanoTime.getAsLong() - query.arrivedAt();
        counters.responded(answer.rcode(), nanos);
        if (!isStale && ConnectionMark.isKnown(query.connectionMark())) {
            counters.marks().hit(ConnectionMark.value(query.connectionMark()), message.length() + answer.length());
        }
        if (observer.isOn()) {
            QueryEnd.How how = isStale ? QueryEnd.How.STALE : QueryEnd.How.CACHE;
            observer.ended(end.of(query, message).ended(how, answer, nanos, null));
        }
    }

    void answered(Query query, WireMessage message, Origin origin, WireMessage answer, long nowNanos) {
        long nanos = nowNanos - query.arrivedAt();
        counters.responded(answer.rcode(), nanos);
        if (observer.isOn()) {
            observer.ended(end.of(query, message)
                    .sent(origin.mark(), origin.server(), origin.sourcePort())
                    .ended(QueryEnd.How.SERVER, answer, nanos, null));
        }
    }

    void notAnswered(Query query, WireMessage message, Outcome outcome, WireMessage answer, String cause) {
        long nanos = nanoTime.getAsLong() - query.arrivedAt();
        counters.responded(answer.rcode(), nanos);
        countMark(query, outcome.isRefusal() ? MarkCounts.Count.REFUSED : MarkCounts.Count.FAILED);
        if (observer.isOn()) {
            QueryEnd.How how = outcome.isRefusal() ? QueryEnd.How.REFUSED : QueryEnd.How.FAILED;
            observer.ended(end.of(query, message).ended(how, answer, nanos, outcome.because(cause)));
        }
    }

    void brokeOff(Query query, WireMessage message) {
        withoutAnswer(query, message, MarkCounts.Count.FAILED, QueryEnd.How.FAILED, "broke off");
    }

    void dropped(Query query, WireMessage message, String cause) {
        withoutAnswer(query, message, MarkCounts.Count.REFUSED, QueryEnd.How.REFUSED, "dropped: " + cause);
    }

    private void withoutAnswer(Query query, WireMessage message, MarkCounts.Count count, QueryEnd.How how, String why) {
        countMark(query, count);
        if (observer.isOn()) {
            long nanos = nanoTime.getAsLong() - query.arrivedAt();
            observer.ended(end.of(query, message).ended(how, null, nanos, why));
        }
    }

    private void countMark(Query query, MarkCounts.Count count) {
        if (ConnectionMark.isKnown(query.connectionMark())) {
            counters.marks().add(ConnectionMark.value(query.connectionMark()), count);
        }
    }
}

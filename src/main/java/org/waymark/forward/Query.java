package org.waymark.forward;

import java.util.function.Consumer;
import org.waymark.cache.Key;
import org.waymark.dns.WireMessage;
import org.waymark.limit.SharedLimit;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.policy.Decision;
import org.waymark.policy.Rule;

/**
 * A client's query, as its listener has read it and will answer it. The forwarder answers each query that it is given
 * exactly once, or breaks it off; the listener may use the object again after that. To one over TCP it may give some messages before.
 */
public abstract class Query {
    private int payloadLimit;

    private int id;
    private long connectionMark;
    private long arrivedAt;
    private Decision decision;

    /** What its answer is kept under, from when it is decided about until it is answered or joins a flight. */
    private final Key key = new Key();

    /** As {@link org.waymark.dns.QueryReader#variant} tells it. */
    private int variant;

    /** Which count of {@link SharedLimit} its client has. */
    private int countOfClient;

    /** The next one that waits for the same flight. */
    private Query next;

    /**
     * Says how much the client takes.
     *
     * @param payloadLimit the largest answer that the client takes, in bytes
     */
    protected final void payloadLimit(int payloadLimit) {
        this.payloadLimit = payloadLimit;
    }

    /**
     * Says what its answer depends on besides the question.
     *
     * @param variant as {@link org.waymark.dns.QueryReader#variant} tells it
     */
    protected final void variant(int variant) {
        this.variant = variant;
    }

    final int variant() {
        return variant;
    }

    /**
     * Says when it came in.
     *
     * @param nanos as the worker's clock tells it
     */
    protected final void arrivedAt(long nanos) {
        arrivedAt = nanos;
    }

    final long arrivedAt() {
        return arrivedAt;
    }

    /** The query is about to join a flight, as the last one. */
    final void join(int id, long connectionMark) {
        this.id = id;
        this.connectionMark = connectionMark;
        this.next = null;
    }

    final int id() {
        return id;
    }

    final long connectionMark() {
        return connectionMark;
    }

    /** What was decided about it. */
    final void decision(Decision itsDecision) {
        decision = itsDecision;
    }

    final Decision decision() {
        return decision;
    }

    /** The rule of the policy that applies. */
    final Rule rule() {
        return decision.rule();
    }

    final Key key() {
        return key;
    }

    final int countOfClient() {
        return countOfClient;
    }

    final void countOfClient(int count) {
        countOfClient = count;
    }

    final Query next() {
        return next;
    }

    final void next(Query behind) {
        this.next = behind;
    }

    final int payloadLimit() {
        return payloadLimit;
    }

    /**
     * @return what it came over
     */
    protected abstract ClientTransport transport();

    /**
     * @return a number that is the same for all queries of one client
     */
    protected abstract long clientKey();

    /**
     * @return the client's address and port; to be copied
     */
    protected abstract Endpoint client();

    /** Says for people who asks, and with what mark. */
    @Override
    public final String toString() {
        return transport().describe(client()) + ", " + ConnectionMark.describe(connectionMark);
    }

    /**
     * Answers the client.
     *
     * @param answer the message, complete with the client's id; it is valid during the call
     * @param connectionMark the mark of the client's connection as {@link org.waymark.mark.ConnectionMark} codes it
     */
    protected abstract void answer(WireMessage answer, long connectionMark);

    /**
     * Gives the client a message of an answer that goes on: another one, or the last, must wait until this one has left.
     *
     * @param message the message, complete with the client's id; it is valid during the call
     * @param connectionMark the mark of the client's connection as {@link org.waymark.mark.ConnectionMark} codes it
     * @param left told once, during the call or later: whether the message has left, or else the client has
     */
    protected void part(WireMessage message, long connectionMark, Consumer<Boolean> left) {
        throw new IllegalStateException("an answer over UDP is one message");
    }

    /**
     * Gives no answer, or no more of it: over TCP nothing in the protocol says so to the client but the end of its connection, over UDP
     * nothing at all.
     */
    protected abstract void breakOff();
}

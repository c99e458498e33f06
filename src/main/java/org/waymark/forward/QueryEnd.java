package org.waymark.forward;

import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.upstream.ServerAccess;

/** A query and how it has ended. One object serves all queries of a worker, one after the other. */
public final class QueryEnd {
    /** How a query can end. */
    public enum How {
        /** A server has answered. */
        SERVER,
        /** A server has answered the same question before. */
        CACHE,
        /** A server has answered the same question before, but that is long ago, and now none does. */
        STALE,
        /** It was answered here. */
        LOCAL,
        /** It was refused, or is malformed. */
        REFUSED,
        /** No server has answered, or a zone transfer broke off. */
        FAILED
    }

    private How how;
    private ClientTransport transport;
    private Endpoint client;
    private WireMessage message;
    private boolean hasReachedPolicy;
    private long connectionMark;
    private int policy;
    private boolean wasSent;
    private int outgoingMark;
    private ServerAccess server;
    private int sourcePort;
    private WireMessage answer;
    private long arrivedAt;
    private long nanos;
    private String why;

    QueryEnd() {}

    /** Begins with a query that was not taken as far as the policy. */
    QueryEnd of(ClientTransport itsTransport, Endpoint itsClient, WireMessage itsMessage, long itsArrival) {
        transport = itsTransport;
        client = itsClient;
        message = itsMessage;
        arrivedAt = itsArrival;
        hasReachedPolicy = false;
        connectionMark = 0;
        policy = 0;
        wasSent = false;
        outgoingMark = 0;
        server = null;
        sourcePort = 0;
        return this;
    }

    /** Begins with a query that the policy has decided about. */
    QueryEnd of(Query query, WireMessage itsMessage) {
        of(query.transport(), query.client(), itsMessage, query.arrivedAt());
        hasReachedPolicy = true;
        connectionMark = query.connectionMark();
        policy = query.rule().number();
        return this;
    }

    QueryEnd sent(int mark, ServerAccess to, int fromPort) {
        wasSent = true;
        outgoingMark = mark;
        server = to;
        sourcePort = fromPort;
        return this;
    }

    QueryEnd ended(How itsEnd, WireMessage itsAnswer, long itsNanos, String itsReason) {
        how = itsEnd;
        answer = itsAnswer;
        nanos = itsNanos;
        why = itsReason;
        return this;
    }

    /**
     * @return how it has ended
     */
    public How how() {
        return how;
    }

    /**
     * @return what it came over
     */
    public ClientTransport transport() {
        return transport;
    }

    /**
     * @return the client's address and port; to be copied
     */
    public Endpoint client() {
        return client;
    }

    /**
     * @return the query with the client's id; it may be malformed
     */
    public WireMessage message() {
        return message;
    }

    /**
     * @return whether the mark of the client's connection was asked for; if not, it was refused or malformed
     */
    public boolean hasReachedPolicy() {
        return hasReachedPolicy;
    }

    /**
     * @return the mark of the client's connection as {@link org.waymark.mark.ConnectionMark} codes it; only if it {@link #hasReachedPolicy}
     */
    public long connectionMark() {
        return connectionMark;
    }

    /**
     * @return the policy of the configuration that applied, counted from 1; 0 if none did
     */
    public int policy() {
        return policy;
    }

    /**
     * @return whether it has the mark, server and source port of a server's answer
     */
    public boolean wasSent() {
        return wasSent;
    }

    /**
     * @return the mark that it was sent with; only if it {@link #wasSent}
     */
    public int outgoingMark() {
        return outgoingMark;
    }

    /**
     * @return the server that has answered; null if none has
     */
    public ServerAccess server() {
        return server;
    }

    /**
     * @return the source port that the server was asked from; 0 if none has answered
     */
    public int sourcePort() {
        return sourcePort;
    }

    /**
     * @return the answer with the client's id, before it is cut to what the client takes; null if there is none
     */
    public WireMessage answer() {
        return answer;
    }

    /**
     * @return when the query was read, as {@link System#nanoTime} tells it
     */
    public long arrivedAt() {
        return arrivedAt;
    }

    /**
     * @return how long after the query was read its answer leaves, in nanoseconds
     */
    public long nanos() {
        return nanos;
    }

    /**
     * @return why it was refused or has failed, in words that begin with which of the two; null if it was answered
     */
    public String why() {
        return why;
    }
}

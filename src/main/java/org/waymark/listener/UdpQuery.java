package org.waymark.listener;

import org.waymark.dns.WireMessage;
import org.waymark.forward.Query;
import org.waymark.linux.Endpoint;

/** A query that came over UDP: where its answer goes to, and where it leaves from. */
final class UdpQuery extends Query {
    private final UdpListener listener;
    final Endpoint peer = new Endpoint();
    final Endpoint local = new Endpoint();

    /** Which datagram of those received it is, until it is handed on. */
    int index;

    /** What was asked, until it is handed on. */
    final WireMessage message = new WireMessage();

    /** Its connection in the look-up of the burst, where there is one. */
    int connection;

    /** What the source of marks told of its connection. */
    long connectionMark;

    /** The answer that it gets at once, or null if it goes on. */
    WireMessage ownAnswer;

    UdpQuery(UdpListener listener) {
        this.listener = listener;
    }

    void message(int index, int payloadLimit) {
        this.index = index;
        payloadLimit(payloadLimit);
    }

    @Override
    protected boolean overTcp() {
        return false;
    }

    @Override
    protected long clientKey() {
        return peer.subscriber();
    }

    @Override
    public String client() {
        return peer.toString();
    }

    @Override
    protected void answer(WireMessage answer, long connectionMark) {
        listener.answer(this, answer, connectionMark);
    }
}

package org.waymark.listener;

import java.nio.ByteBuffer;
import org.waymark.forward.Query;
import org.waymark.linux.Endpoint;

/** A query that came over UDP: where its answer goes to, and where it leaves from. */
final class UdpQuery extends Query {
    private final UdpListener listener;
    final Endpoint peer = new Endpoint();
    final Endpoint local = new Endpoint();

    /** Where in the burst's memory the message is, until it is handed on. */
    int offset;

    int length;

    /** Its connection in the burst's look-up. */
    int connection;

    /** What the look-up told of its connection. */
    long connectionMark;

    /** The answer that it gets at once, or null if it goes on. */
    byte[] ownAnswer;

    UdpQuery(UdpListener listener) {
        this.listener = listener;
    }

    void message(int offset, int length, int questionEnd, int payloadLimit) {
        this.offset = offset;
        this.length = length;
        describe(questionEnd, payloadLimit);
    }

    @Override
    protected boolean overTcp() {
        return false;
    }

    @Override
    protected int clientKey() {
        return peer.subscriber();
    }

    @Override
    public String client() {
        return peer.toString();
    }

    @Override
    protected void answer(ByteBuffer answer, int offset, int length, long connectionMark) {
        listener.answer(this, answer, offset, length, connectionMark);
    }
}

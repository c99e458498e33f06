package org.waymark.listener;

import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;
import org.waymark.forward.ClientTransport;
import org.waymark.forward.Query;
import org.waymark.linux.Endpoint;
import org.waymark.marks.ClientDatagram;

/** A query that came over UDP: where its answer goes to, and where it leaves from. */
final class UdpQuery extends Query {
    /** The most that UDP carries over IPv4: 65,535 bytes less the headers. */
    private static final int LARGEST_DATAGRAM = 65_507;

    private final UdpListener listener;
    final ClientDatagram datagram = new ClientDatagram();

    /** What was asked, until it is handed on. */
    final WireMessage message = new WireMessage();

    /** The answer that it gets at once, or null if it goes on. */
    WireMessage ownAnswer;

    UdpQuery(UdpListener listener) {
        this.listener = listener;
    }

    void takes(QueryReader reader, long nowNanos) {
        payloadLimit(Math.min(reader.payloadSize(), LARGEST_DATAGRAM));
        variant(reader.variant());
        arrivedAt(nowNanos);
    }

    @Override
    protected ClientTransport transport() {
        return ClientTransport.UDP;
    }

    @Override
    protected long clientKey() {
        return datagram.peer().subscriber();
    }

    @Override
    protected Endpoint client() {
        return datagram.peer();
    }

    @Override
    protected void answer(WireMessage answer, long connectionMark) {
        listener.answer(this, answer, connectionMark);
    }

    @Override
    protected void breakOff() {
        listener.release(this);
    }
}

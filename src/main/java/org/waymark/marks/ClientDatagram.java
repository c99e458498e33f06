package org.waymark.marks;

import java.util.List;
import org.waymark.conntrack.MarkLookup;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.ReceiveBatch;

/** A client's datagram: the two ends of its connection, and the connection's mark once a {@link MarkSource} has told it. */
public final class ClientDatagram {
    private final Endpoint peer = new Endpoint();
    private final Endpoint local = new Endpoint();
    private int index;

    /** Its connection in the look-up of the burst. */
    int lookup;

    private long mark;

    /**
     * Turns to a datagram.
     *
     * @param received where it is
     * @param index which one of those received it is
     * @param bound the address and port that the socket is bound to
     */
    public void take(ReceiveBatch received, int index, Endpoint bound) {
        this.index = index;
        local.set(bound);
        received.peer(index, peer);
        received.local(index, local);
    }

    /** Sets the marks that the connections of a burst have in conntrack, whatever its packets bring. */
    static void lookUp(List<ClientDatagram> burst, MarkLookup lookup) {
        lookup.clear();
        for (ClientDatagram datagram : burst) {
            datagram.lookup = lookup.add(TransportProtocol.UDP, datagram.local, datagram.peer);
        }
        lookup.run();
        for (ClientDatagram datagram : burst) {
            datagram.mark = lookup.mark(datagram.lookup);
        }
    }

    int index() {
        return index;
    }

    /**
     * @return who has sent it
     */
    public Endpoint peer() {
        return peer;
    }

    /**
     * @return the address and port that it was sent to
     */
    public Endpoint local() {
        return local;
    }

    /**
     * @return the mark of its connection, as {@link org.waymark.mark.ConnectionMark} codes it
     */
    public long connectionMark() {
        return mark;
    }

    /**
     * @param mark the mark of its connection, as {@link org.waymark.mark.ConnectionMark} codes it
     */
    public void connectionMark(long mark) {
        this.mark = mark;
    }
}

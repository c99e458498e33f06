package org.waymark.marks;

import java.util.List;
import org.waymark.conntrack.MarkLookup;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.Socket;
import org.waymark.mark.ConnectionMark;

/**
 * Tells the marks that connections have in conntrack. Over UDP the packet may bring it along, put there by Waymark's own table. It
 * knows the packet's own connection, which a look-up by addresses and ports does not: where two networks have the same addresses, or
 * packets are not tracked any more, that would find another one. A burst is looked up
 * at once, and a TCP connection again for the queries of each read.
 *
 * @param unknown what a packet brings along whose connection conntrack does not know; {@link MarkSource#NOTHING_BROUGHT} if packets
 *     bring nothing. A connection may have that very mark, so it is looked up, and only this mark counts
 * @param watch looks at a few connections; it shares the look-up, and closes it
 */
record ConntrackMarks(MarkLookup lookup, long unknown, ClientWatch watch) implements MarkSource {
    private static final int NOT_LOOKED_UP = -1;

    @Override
    public boolean reliesOnTable() {
        return unknown != NOTHING_BROUGHT;
    }

    @Override
    public void prepare(Socket udp) throws LinuxException {
        if (reliesOnTable()) {
            udp.receiveMark(true);
            return;
        }
        try {
            udp.receiveMark(false);
        } catch (LinuxException e) {
            // A kernel that does not know the option tells no marks.
        }
    }

    @Override
    public void mark(List<ClientDatagram> burst, ReceiveBatch received) {
        // Not at the end of the burst before: an error in it must never shift marks from one query to the next.
        lookup.clear();
        for (int i = 0; i < burst.size(); i++) {
            ClientDatagram datagram = burst.get(i);
            long brought = received.mark(datagram.index());
            if (brought == ReceiveBatch.NO_MARK || brought == unknown) {
                datagram.lookup = lookup.add(TransportProtocol.UDP, datagram.local(), datagram.peer());
            } else {
                datagram.lookup = NOT_LOOKED_UP;
                datagram.connectionMark(ConnectionMark.known((int) brought));
            }
        }
        lookup.run();
        for (int i = 0; i < burst.size(); i++) {
            ClientDatagram datagram = burst.get(i);
            if (datagram.lookup != NOT_LOOKED_UP) {
                long known = lookup.mark(datagram.lookup);
                boolean isForeign = received.mark(datagram.index()) == unknown && known != unknown;
                datagram.connectionMark(isForeign ? ConnectionMark.NO_ENTRY : known);
            }
            watch.told(TransportProtocol.UDP, datagram.local(), datagram.peer(), datagram.connectionMark());
        }
    }

    @Override
    public void lookUp(List<ClientDatagram> burst) {
        ClientDatagram.lookUp(burst, lookup);
        for (ClientDatagram datagram : burst) {
            watch.told(TransportProtocol.UDP, datagram.local(), datagram.peer(), datagram.connectionMark());
        }
    }

    @Override
    public StreamMark ofConnection(int acceptedMark, Endpoint local, Endpoint peer) {
        return new OfStream(local, peer);
    }

    private final class OfStream implements StreamMark {
        private final Endpoint local;
        private final Endpoint peer;
        private boolean isNew = true;

        OfStream(Endpoint local, Endpoint peer) {
            this.local = local;
            this.peer = peer;
        }

        @Override
        public long now() {
            long mark = lookup.markOf(TransportProtocol.TCP, local, peer);
            watch.toldOfStream(local, peer, mark, isNew);
            isNew = false;
            return mark;
        }

        @Override
        public Runnable answering(long connectionMark) {
            return watch.answering(TransportProtocol.TCP, local, peer, connectionMark);
        }
    }

    @Override
    public Runnable answering(ClientDatagram datagram, long connectionMark) {
        return watch.answering(TransportProtocol.UDP, datagram.local(), datagram.peer(), connectionMark);
    }

    @Override
    public void tick() {
        watch.tick();
    }

    @Override
    public Errno lastError() {
        return lookup.lastError();
    }

    @Override
    public void close() {
        watch.close();
    }
}

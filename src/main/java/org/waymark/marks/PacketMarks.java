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
 * Takes the marks from the packets as they reach the sockets, which costs no system call: over UDP each datagram brings its
 * own, and over TCP an accepted socket has that of the client's SYN (net.ipv4.tcp_fwmark_accept). The kernel does not tell
 * the marks of a connection's later packets.
 *
 * @param lookup for packets that have come while a Waymark with another source of marks had the socket
 * @param watch looks at a few connections, because a packet's mark does not show whether rules have restored it; it
 *     shares the look-up, and closes it
 */
record PacketMarks(MarkLookup lookup, ClientWatch watch) implements MarkSource {
    @Override
    public void prepare(Socket udp) throws LinuxException {
        udp.receiveMark(true);
    }

    @Override
    public void mark(List<ClientDatagram> burst, ReceiveBatch received) {
        for (int i = 0; i < burst.size(); i++) {
            ClientDatagram datagram = burst.get(i);
            long mark = received.mark(datagram.index());
            datagram.connectionMark(
                    mark == ReceiveBatch.NO_MARK ? ConnectionMark.UNAVAILABLE : ConnectionMark.known((int) mark));
            watch.told(TransportProtocol.UDP, datagram.local(), datagram.peer(), datagram.connectionMark());
        }
        if (!burst.isEmpty()) {
            ClientDatagram any = burst.get(0);
            watch.came(TransportProtocol.UDP, any.local(), any.peer(), any.connectionMark());
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
        long mark = ConnectionMark.known(acceptedMark);
        watch.came(TransportProtocol.TCP, local, peer, mark);
        return new StreamMark() {
            @Override
            public long now() {
                return mark;
            }

            @Override
            public Runnable answering(long connectionMark) {
                return watch.answering(TransportProtocol.TCP, local, peer, connectionMark);
            }
        };
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

package org.waymark.marks;

import java.util.List;
import java.util.function.LongSupplier;
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
 */
record PacketMarks(SpotCheck check) implements MarkSource {
    @Override
    public void prepare(Socket udp) throws LinuxException {
        udp.receiveMark();
    }

    @Override
    public void mark(List<ClientDatagram> burst, ReceiveBatch received) {
        for (int i = 0; i < burst.size(); i++) {
            ClientDatagram datagram = burst.get(i);
            long mark = received.mark(datagram.index());
            datagram.connectionMark(
                    mark == ReceiveBatch.NO_MARK ? ConnectionMark.UNAVAILABLE : ConnectionMark.known((int) mark));
        }
        if (!burst.isEmpty()) {
            ClientDatagram any = burst.get(0);
            check.see(TransportProtocol.UDP, any.local(), any.peer(), any.connectionMark());
        }
    }

    @Override
    public LongSupplier ofConnection(int acceptedMark, Endpoint local, Endpoint peer) {
        long mark = ConnectionMark.known(acceptedMark);
        check.see(TransportProtocol.TCP, local, peer, mark);
        return () -> mark;
    }

    /** A prepared socket tells the mark of every packet. */
    @Override
    public Errno lastError() {
        return null;
    }

    @Override
    public void close() {
        check.close();
    }
}

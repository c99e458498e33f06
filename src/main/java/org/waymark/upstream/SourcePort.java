package org.waymark.upstream;

import org.waymark.conntrack.MarkLookup;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.mark.ConnectionMark;

/** A leased source port. It goes back to its ledger, once, when the socket that is bound to it is closed. */
final class SourcePort implements AutoCloseable {
    /** Ports that turn out to be others' are drawn in vain; with two of three so, one socket in 440,000 finds none. */
    private static final int TRIES = 32;

    private final PortLedger ledger;
    private final int port;

    private SourcePort(PortLedger ledger, int port) {
        this.ledger = ledger;
        this.port = port;
    }

    /**
     * Marks the socket, and then binds it to a random port that is free of other marks: by the ledger, which knows what this
     * process has used, and by conntrack, which also knows what others have.
     *
     * @throws CannotOpenException if there is none
     * @throws LinuxException if the kernel refuses something else
     */
    static SourcePort bind(Socket socket, TransportProtocol protocol, Endpoint server, int mark, Shared shared)
            throws CannotOpenException, LinuxException {
        socket.mark(mark);
        if (!server.isIpv4()) {
            // Or else the port would have to be free over IPv4, too.
            socket.ipv6Only(true);
        }
        PortLedger ledger = shared.ports().of(protocol, server);
        Endpoint local = Endpoint.anyOfSameVersion(server);
        Endpoint source = sourceAddress(server, mark);
        for (int i = 0; i < TRIES; i++) {
            int port = ledger.lease(mark, shared.random());
            if (port == PortLedger.NONE) {
                break;
            }
            local.port(port);
            source.port(port);
            boolean bound = false;
            try {
                bound = isFreeOfOtherMarks(shared.lookup(), protocol, source, server, mark) && bind(socket, local);
            } finally {
                if (!bound) {
                    ledger.setAside(port);
                }
            }
            if (bound) {
                ledger.connected(new PortLedger.Line(source, server));
                return new SourcePort(ledger, port);
            }
        }
        throw new CannotOpenException(Failure.NO_SOURCE_PORT);
    }

    /** The address that the kernel sends from to this server with this mark. */
    private static Endpoint sourceAddress(Endpoint server, int mark) throws LinuxException {
        try (Socket probe = Socket.udpFor(server)) {
            probe.mark(mark);
            probe.connect(server);
            return probe.local();
        }
    }

    /** If conntrack does not answer, the ledger has to do. */
    private static boolean isFreeOfOtherMarks(
            MarkLookup lookup, TransportProtocol protocol, Endpoint source, Endpoint server, int mark) {
        lookup.clear();
        int index = lookup.add(protocol, source, server);
        lookup.run();
        long known = lookup.mark(index);
        return !ConnectionMark.isKnown(known) || ConnectionMark.value(known) == mark;
    }

    private static boolean bind(Socket socket, Endpoint local) throws LinuxException {
        try {
            socket.bind(local);
            return true;
        } catch (LinuxException e) {
            if (e.errno().equals(Errno.EADDRINUSE)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        ledger.release(port);
    }
}

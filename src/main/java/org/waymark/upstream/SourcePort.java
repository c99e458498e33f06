package org.waymark.upstream;

import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.mark.ConnectionMark;
import org.waymark.ports.PortLedger;

/**
 * A leased source port. It goes back to its ledger, once: by {@link #setAside} if somebody else turns out to have it, by {@link #free}
 * if conntrack knows nothing of the connection from it, or does not any more, and otherwise by {@link #hold}.
 */
final class SourcePort {
    /** Ports that turn out to be others' are drawn in vain; with two of three so, one socket in 440,000 finds none. */
    static final int TRIES = 32;

    private final PortLedger ledger;
    private final TransportProtocol protocol;
    private final Endpoint server;
    private final int mark;
    private final int port;
    private Endpoint source;

    private SourcePort(PortLedger ledger, TransportProtocol protocol, Endpoint server, int mark, int port) {
        this.ledger = ledger;
        this.protocol = protocol;
        this.server = server;
        this.mark = mark;
        this.port = port;
    }

    /**
     * Leases a random port that no other mark has used as long as conntrack may remember it.
     *
     * @throws CannotOpenException if there is none
     */
    static SourcePort lease(TransportProtocol protocol, Endpoint server, int mark, WorkerResources resources)
            throws CannotOpenException {
        PortLedger ledger = resources.ports().of(protocol, server);
        int port = ledger.lease(mark, resources.random());
        if (port == PortLedger.NONE) {
            throw new CannotOpenException(Failure.NO_SOURCE_PORT);
        }
        return new SourcePort(ledger, protocol, server, mark, port);
    }

    /** What binds a socket. */
    interface Binding {
        void bind(Endpoint local) throws LinuxException;
    }

    /** Binds a socket to it; returns false if another program has it. */
    boolean bind(Binding socket) throws LinuxException {
        try {
            socket.bind(local());
            return true;
        } catch (LinuxException e) {
            if (e.errno().equals(Errno.EADDRINUSE)) {
                return false;
            }
            throw e;
        }
    }

    private Endpoint local() {
        Endpoint local = Endpoint.anyOfSameVersion(server);
        local.port(port);
        return local;
    }

    /**
     * Tells whether conntrack, which also knows what other programs have used, remembers no other mark of the connection. If it does
     * not answer, the ledger has to do.
     *
     * @param address the connection's source address
     */
    boolean isFreeOfOtherMarks(NetworkStack network, Endpoint address) {
        source = new Endpoint();
        source.set(address);
        source.port(port);
        long known = network.rememberedMark(connection());
        return !ConnectionMark.isKnown(known) || ConnectionMark.value(known) == mark;
    }

    int number() {
        return port;
    }

    TransportProtocol protocol() {
        return protocol;
    }

    Endpoint server() {
        return server;
    }

    /** The connection from here, as conntrack knows it. */
    NetworkStack.Connection connection() {
        return new NetworkStack.Connection(protocol, source, server);
    }

    /** A socket is bound to it, and sends from the address that was asked for last. */
    void inUse() {
        ledger.connected(new PortLedger.Line(source, server));
    }

    /** The kernel has chosen this address to send from, where it was not known before. */
    void inUse(Endpoint address) {
        source = address;
        inUse();
    }

    /** Takes it while no socket of Waymark's has it; returns what gives it back, or null as long as the kernel, or another program, has it. */
    Runnable take(NetworkStack network) {
        return network.take(protocol, local());
    }

    void setAside() {
        ledger.setAside(port);
    }

    void hold() {
        ledger.release(port);
    }

    void free() {
        ledger.free(port);
    }
}

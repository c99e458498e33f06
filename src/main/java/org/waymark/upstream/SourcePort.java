package org.waymark.upstream;

import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;

/** A leased source port. It goes back to its ledger, once, when the socket that is bound to it is closed. */
final class SourcePort implements AutoCloseable {
    /** Ports that other programs have are drawn in vain; more of them in a row than this means that something is wrong. */
    private static final int TRIES = 32;

    private final PortLedger ledger;
    private final int port;

    private SourcePort(PortLedger ledger, int port) {
        this.ledger = ledger;
        this.port = port;
    }

    /**
     * Marks the socket, and then binds it to a random port that is free of other marks.
     *
     * @throws CannotOpenException if there is none
     * @throws LinuxException if the kernel refuses something else
     */
    static SourcePort bind(Socket socket, Endpoint server, int mark, PortLedger ledger, RandomNumbers random)
            throws CannotOpenException, LinuxException {
        socket.mark(mark);
        Endpoint local = Endpoint.anyOfSameVersion(server);
        for (int i = 0; i < TRIES; i++) {
            int port = ledger.lease(mark, random);
            if (port == PortLedger.NONE) {
                break;
            }
            local.port(port);
            try {
                socket.bind(local);
                return new SourcePort(ledger, port);
            } catch (LinuxException e) {
                ledger.release(port);
                if (!e.errno().equals(Errno.EADDRINUSE)) {
                    throw e;
                }
            }
        }
        throw new CannotOpenException(Failure.NO_SOURCE_PORT);
    }

    @Override
    public void close() {
        ledger.release(port);
    }
}

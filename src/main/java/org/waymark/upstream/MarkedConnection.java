package org.waymark.upstream;

import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;

/**
 * A TCP socket that has its mark and a source port of its own, and is yet to be connected.
 *
 * @param socket the socket
 * @param port to be given back when the socket is closed
 */
record MarkedConnection(TcpSocket socket, SourcePort port) {
    static MarkedConnection open(WorkerResources resources, Endpoint server, int mark) throws CannotOpenException {
        TcpSocket socket = null;
        MarkedConnection marked = null;
        try {
            socket = resources.network().tcp(server, mark);
            marked = new MarkedConnection(socket, bind(socket, server, mark, resources));
            return marked;
        } catch (LinuxException e) {
            throw CannotOpenException.of(e);
        } finally {
            if (marked == null && socket != null) {
                socket.close();
            }
        }
    }

    /** Binds to a random port that is free of other marks. */
    private static SourcePort bind(TcpSocket socket, Endpoint server, int mark, WorkerResources resources)
            throws CannotOpenException, LinuxException {
        Endpoint source = resources.network().sourceAddress(server, mark);
        for (int i = 0; i < SourcePort.TRIES; i++) {
            SourcePort port = SourcePort.lease(TransportProtocol.TCP, server, mark, resources);
            try {
                if (port.isFreeOfOtherMarks(resources.network(), source) && port.bind(socket::bind)) {
                    port.inUse();
                    return port;
                }
                port.setAside();
            } catch (LinuxException e) {
                port.free();
                throw e;
            }
        }
        throw new CannotOpenException(Failure.NO_SOURCE_PORT);
    }
}

package org.waymark.upstream;

import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;

/**
 * A UDP socket that is connected to a server, and has its mark and a source port of its own. Nothing has been sent by it yet.
 *
 * @param socket the socket
 * @param port to be given back after the socket is closed
 */
record MarkedSocket(UdpSocket socket, SourcePort port) {
    /**
     * Conntrack is asked about the address that the socket has when it is connected: of several routes the kernel may choose one by the
     * port.
     *
     * @throws CannotOpenException if no port is free of other marks
     * @throws LinuxException if the kernel refuses something else
     */
    static MarkedSocket open(WorkerResources resources, Endpoint server, int mark)
            throws CannotOpenException, LinuxException {
        for (int i = 0; i < SourcePort.TRIES; i++) {
            UdpSocket socket = resources.network().udp(server, mark);
            MarkedSocket marked = null;
            try {
                marked = open(
                        resources, socket, SourcePort.lease(TransportProtocol.UDP, server, mark, resources), server);
            } finally {
                if (marked == null) {
                    socket.close();
                }
            }
            if (marked != null) {
                return marked;
            }
        }
        throw new CannotOpenException(Failure.NO_SOURCE_PORT);
    }

    /** Returns null if somebody else has the port. */
    private static MarkedSocket open(WorkerResources resources, UdpSocket socket, SourcePort port, Endpoint server)
            throws LinuxException {
        try {
            if (port.bind(socket::bind)) {
                socket.connect(server);
                if (port.isFreeOfOtherMarks(resources.network(), socket.local())) {
                    port.inUse();
                    return new MarkedSocket(socket, port);
                }
            }
            port.setAside();
            return null;
        } catch (LinuxException e) {
            port.free();
            throw e;
        }
    }
}

package org.waymark.upstream;

import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;

/**
 * A UDP socket that is connected to a server, and has its mark and a source port of its own. Nothing has been sent by it yet.
 *
 * @param socket the socket
 * @param port to be given back after the socket is closed
 */
record MarkedSocket(Socket socket, SourcePort port) {
    /**
     * Conntrack is asked about the address that the socket has when it is connected: of several routes the kernel may choose one by the
     * port.
     *
     * @throws CannotOpenException if no port is free of other marks
     * @throws LinuxException if the kernel refuses something else
     */
    static MarkedSocket open(Shared shared, Endpoint server, int mark) throws CannotOpenException, LinuxException {
        for (int i = 0; i < SourcePort.TRIES; i++) {
            Socket socket = Socket.udpFor(server);
            MarkedSocket marked = null;
            try {
                prepare(socket, server, mark);
                marked = open(shared, socket, SourcePort.lease(TransportProtocol.UDP, server, mark, shared), server);
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
    private static MarkedSocket open(Shared shared, Socket socket, SourcePort port, Endpoint server)
            throws LinuxException {
        try {
            if (port.bind(socket)) {
                socket.connect(server);
                if (port.isFreeOfOtherMarks(shared.lookup(), socket.local())) {
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

    /** Route and source address are chosen by the mark, so it comes first. */
    static void prepare(Socket socket, Endpoint server, int mark) throws LinuxException {
        socket.mark(mark);
        if (!server.isIpv4()) {
            // Or else the port would have to be free over IPv4, too.
            socket.ipv6Only(true);
        }
    }
}

package org.waymark.upstream;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Errors.NativeIoException;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;

/**
 * A TCP socket that has its mark and a source port of its own, and is yet to be connected.
 *
 * @param channel the socket
 * @param port to be given back when the channel is closed
 */
record MarkedChannel(EpollSocketChannel channel, SourcePort port) {
    static MarkedChannel open(Shared shared, Endpoint server, int mark) throws CannotOpenException {
        EpollSocketChannel channel;
        try {
            channel = new EpollSocketChannel();
        } catch (ChannelException e) {
            throw CannotOpenException.of(LinuxException.of("socket", (NativeIoException) e.getCause()));
        }
        try {
            Socket socket = Socket.of(channel.fd().intValue());
            MarkedSocket.prepare(socket, server, mark);
            return new MarkedChannel(channel, bind(socket, server, mark, shared));
        } catch (LinuxException e) {
            channel.unsafe().closeForcibly();
            throw CannotOpenException.of(e);
        } catch (CannotOpenException e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }

    /** Binds to a random port that is free of other marks. */
    private static SourcePort bind(Socket socket, Endpoint server, int mark, Shared shared)
            throws CannotOpenException, LinuxException {
        Endpoint source = sourceAddress(server, mark);
        for (int i = 0; i < SourcePort.TRIES; i++) {
            SourcePort port = SourcePort.lease(TransportProtocol.TCP, server, mark, shared);
            try {
                if (port.isFreeOfOtherMarks(shared.lookup(), source) && port.bind(socket)) {
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

    /**
     * The address that the kernel sends from to this server with this mark. It is chosen when the connection is begun; where there are
     * several routes, and the port decides, it may be another one.
     */
    private static Endpoint sourceAddress(Endpoint server, int mark) throws LinuxException {
        try (Socket probe = Socket.udpFor(server)) {
            probe.mark(mark);
            probe.connect(server);
            return probe.local();
        }
    }
}

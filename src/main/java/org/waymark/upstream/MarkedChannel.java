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
 * @param port to be closed when the channel is
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
            return new MarkedChannel(channel, SourcePort.bind(socket, TransportProtocol.TCP, server, mark, shared));
        } catch (LinuxException e) {
            channel.unsafe().closeForcibly();
            throw CannotOpenException.of(e);
        } catch (CannotOpenException e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }
}

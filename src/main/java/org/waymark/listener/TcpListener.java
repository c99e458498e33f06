package org.waymark.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.waymark.forward.ClientTransport;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.loop.Loop;
import org.waymark.loop.NettyLoop;
import org.waymark.metrics.Count;

/** Accepts the connections of clients to one local address, or to all of them. */
public final class TcpListener implements AutoCloseable {
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final QueryGate gate;
    private final ConnectionLimits admitted;
    private TcpLimits limits;
    private final Channel listening;
    private final Set<ClientConnection> connections = new HashSet<>();
    private final Loop.Repetition sweeping;

    /**
     * @param loop the worker's event loop; the caller runs on it
     * @param socket a TCP socket that listens; it is closed together with the listener
     * @param gate the worker's
     * @param admitted counts the connections of the process
     * @param limits those of all listeners
     */
    public TcpListener(NettyLoop loop, Socket socket, QueryGate gate, ConnectionLimits admitted, TcpLimits limits) {
        this.gate = gate;
        this.admitted = admitted;
        this.limits = limits;
        this.listening = new ServerBootstrap()
                .group(loop.netty())
                .channelFactory(() -> new EpollServerSocketChannel(socket.fd()))
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<EpollSocketChannel>() {
                    @Override
                    protected void initChannel(EpollSocketChannel channel) throws LinuxException {
                        admit(channel);
                    }
                })
                .register()
                .channel();
        // Behind Netty's own handler, which puts off the next attempt for a second and comes into the pipeline by the
        // same queue.
        loop.execute(() -> listening.pipeline().addLast(new NotAccepted()));
        this.sweeping = loop.repeat(this::sweep, SWEEP_NANOS);
    }

    private final class NotAccepted extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            gate.counters().add(Count.NOT_ACCEPTED);
        }
    }

    private void admit(EpollSocketChannel channel) throws LinuxException {
        if (channel.remoteAddress() == null) {
            // The client was gone before it was accepted.
            channel.close();
            return;
        }
        int acceptedMark = Socket.of(channel.fd().intValue()).mark();
        Endpoint client = Endpoint.of(channel.remoteAddress());
        client.port(0);
        Count exceeded = admitted.admit(client);
        if (exceeded != null) {
            gate.counters().add(exceeded);
            channel.close();
            return;
        }
        ClientConnection connection = TcpStream.start(channel, stream -> connection(stream, channel, acceptedMark));
        connections.add(connection);
        channel.closeFuture().addListener(closed -> {
            connections.remove(connection);
            admitted.ended(client);
        });
    }

    private ClientConnection connection(MessageStream stream, EpollSocketChannel channel, int acceptedMark) {
        Endpoint peer = Endpoint.of(channel.remoteAddress());
        return new ClientConnection(
                stream,
                ClientTransport.TCP,
                peer,
                acceptedMark,
                gate.marks().ofConnection(acceptedMark, Endpoint.of(channel.localAddress()), peer),
                gate,
                limits.queriesPerConnection(),
                new UnsentAnswers(limits.unsent(), limits.unsentBytesPerConnection()));
    }

    private void sweep() {
        long now = System.nanoTime();
        for (ClientConnection connection : List.copyOf(connections)) {
            connection.closeIfIdle(now, limits.idle().toNanos());
        }
    }

    /**
     * Replaces the limits. Those on one connection hold for new ones.
     *
     * @param replacing the limits from now on
     */
    public void limits(TcpLimits replacing) {
        limits = replacing;
    }

    /** Takes no more connections and queries, but still answers the queries that it has. */
    public void drain() {
        listening.close();
        for (ClientConnection connection : new ArrayList<>(connections)) {
            connection.drain();
        }
    }

    /** Closes every connection; what is written goes out first. */
    @Override
    public void close() {
        sweeping.stop();
        listening.close();
        for (ClientConnection connection : new ArrayList<>(connections)) {
            connection.close();
        }
    }
}

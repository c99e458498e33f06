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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.waymark.forward.ClientTransport;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.loop.Loop;
import org.waymark.loop.NettyLoop;
import org.waymark.marks.MarkSource;
import org.waymark.metrics.Count;

/** Accepts the connections of clients to one local address, or to all of them. */
public final class TcpListener implements AutoCloseable {
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** For the SYN of a handshake that has begun to be acknowledged, even if a packet of it is lost. */
    private static final long LAST_HANDSHAKES_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Loop loop;
    private final Socket socket;
    private final Endpoint bound;
    private QueryGate gate;
    private final ConnectionLimits admitted;
    private TcpLimits limits;
    private final Channel listening;
    private final Map<ClientConnection, MarkSource> connections = new HashMap<>();
    private final Loop.Repetition sweeping;

    /**
     * @param loop the worker's event loop; the caller runs on it
     * @param socket a TCP socket that listens; it is closed together with the listener
     * @param gate the worker's
     * @param admitted counts the connections of the process
     * @param limits those of all listeners
     * @throws LinuxException if the socket is not bound
     */
    public TcpListener(NettyLoop loop, Socket socket, QueryGate gate, ConnectionLimits admitted, TcpLimits limits)
            throws LinuxException {
        this.loop = loop;
        this.socket = socket;
        this.bound = socket.local();
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
        ClientConnection connection =
                TcpStream.start(loop, channel, stream -> connection(stream, channel, acceptedMark));
        connections.put(connection, gate.marks());
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
        for (ClientConnection connection : List.copyOf(connections.keySet())) {
            connection.closeIfIdle(now, limits.idle().toNanos());
        }
    }

    /**
     * @return the address that it serves
     */
    public Endpoint bound() {
        return bound;
    }

    /**
     * @return the socket that listens
     */
    public Socket socket() {
        return socket;
    }

    /**
     * Hands queries to another gate from now on, and replaces the limits. Those on one connection hold for new ones. The marks of a
     * connection come from where they came when it was accepted.
     *
     * @param next the worker's from now on
     * @param replacing the limits from now on
     */
    public void adopt(QueryGate next, TcpLimits replacing) {
        gate = next;
        limits = replacing;
        connections.keySet().forEach(connection -> connection.adopt(next));
    }

    /**
     * @param marks a source of marks
     * @return whether the marks of a connection come from there
     */
    public boolean uses(MarkSource marks) {
        return connections.containsValue(marks);
    }

    /**
     * Takes only connections that have begun: the kernel gives new ones to another socket with the address, or refuses them. Connections go
     * on. When {@link #isOver}, it may be closed.
     */
    public void retire() {
        try {
            socket.takeNoMoreConnections();
        } catch (LinuxException e) {
            // An old kernel: for a while new connections are taken, too.
        }
        loop.schedule(listening::close, LAST_HANDSHAKES_NANOS);
    }

    /**
     * @return whether it takes no more connections, and has none
     */
    public boolean isOver() {
        return !listening.isOpen() && connections.isEmpty();
    }

    /** Takes no more connections and queries, but still answers the queries that it has. */
    public void drain() {
        listening.close();
        for (ClientConnection connection : new ArrayList<>(connections.keySet())) {
            connection.drain();
        }
    }

    /** Closes every connection; what is written goes out first. */
    @Override
    public void close() {
        sweeping.stop();
        listening.close();
        for (ClientConnection connection : new ArrayList<>(connections.keySet())) {
            connection.close();
        }
    }
}

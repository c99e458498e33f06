package org.waymark.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.NoRouteToHostException;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.loop.MessageFrames;
import org.waymark.loop.NettyLoop;

/** A channel of Netty's. Under TLS nothing is written before the server has shown that it is the one that is meant. */
final class NettyTcpSocket implements TcpSocket {

    /** What was sent and is not acknowledged for so long ends the connection: the host there is gone (RFC 5482). */
    private static final int USER_TIMEOUT_MILLIS = 5_000;

    private final NettyLoop loop;
    private final EpollSocketChannel channel;
    private boolean connected;
    private String problem;

    NettyTcpSocket(NettyLoop loop, EpollSocketChannel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    @Override
    public void bind(Endpoint local) throws LinuxException {
        Socket.of(channel.fd().intValue()).bind(local);
    }

    @Override
    public void receiveBuffer(int bytes) {
        channel.config().setOption(ChannelOption.SO_RCVBUF, bytes);
    }

    @Override
    public void connect(Endpoint server, TlsClient tls, ConnectionEvents events) {
        channel.closeFuture().addListener(closed -> events.ended(problem(tls)));
        new Bootstrap()
                .group(loop.netty())
                .channelFactory(() -> channel)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS)
                .handler(new ChannelInitializer<EpollSocketChannel>() {
                    @Override
                    protected void initChannel(EpollSocketChannel created) {
                        addHandlers(created.pipeline(), tls, events);
                    }
                })
                .connect(server.toSocketAddress())
                .addListener(done -> {
                    if (done.isSuccess()) {
                        connected(tls, events);
                    } else {
                        events.notConnected(errno(done.cause()));
                        channel.close();
                    }
                });
    }

    /** Netty tells one of them by its type, the other by words only, those of strerror(3). */
    private static Errno errno(Throwable cause) {
        if (cause instanceof NoRouteToHostException) {
            return Errno.EHOSTUNREACH;
        }
        boolean refused = String.valueOf(cause.getMessage()).contains(Errno.ECONNREFUSED.words());
        return refused ? Errno.ECONNREFUSED : Errno.NONE;
    }

    private void connected(TlsClient tls, ConnectionEvents events) {
        connected = true;
        events.connected(Endpoint.of(channel.localAddress()));
        if (tls == null) {
            events.ready();
        }
    }

    private String problem(TlsClient tls) {
        if (tls == null || !connected) {
            return null;
        }
        return problem == null ? TlsProblem.CLOSED : problem;
    }

    private void addHandlers(ChannelPipeline pipeline, TlsClient tls, ConnectionEvents events) {
        if (tls != null) {
            pipeline.addLast(tls.newHandler(channel.alloc()));
        }
        pipeline.addLast(MessageFrames.reader()).addLast(new MessageHandler(events));
    }

    private final class MessageHandler extends SimpleChannelInboundHandler<ByteBuf> {
        private final ConnectionEvents events;

        MessageHandler(ConnectionEvents events) {
            this.events = events;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            events.received(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                events.ready();
            } else if (event instanceof SslHandshakeCompletionEvent handshake) {
                problem = TlsProblem.of(handshake.cause());
                context.close();
            } else if (event instanceof SslCloseCompletionEvent) {
                // The server has closed its side of TLS and would not read anything written from now on.
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // Whatever it was, the connection is of no more use; its questions are asked again.
            context.close();
        }
    }

    @Override
    public void write(WireMessage message) {
        channel.write(MessageFrames.frame(channel.alloc(), message.view()), channel.voidPromise());
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void read(boolean wanted) {
        channel.config().setAutoRead(wanted);
    }

    @Override
    public void close() {
        if (channel.isRegistered()) {
            channel.close();
        } else {
            channel.unsafe().closeForcibly();
        }
    }
}

package org.waymark.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import org.waymark.dns.Padding;
import org.waymark.linux.Endpoint;
import org.waymark.metrics.Count;

/**
 * A TCP connection to a server, plain or under TLS: reused, and pipelined (RFC 7766, section 6.2). Under TLS nothing is written
 * before the server has shown that it is the one that is meant, and queries are padded (RFC 8467).
 */
class TcpCarrier extends Carrier {
    private static final int LENGTH_BYTES = 2;
    private static final int MAX_FRAME = LENGTH_BYTES + 0xffff;

    final EpollSocketChannel channel;
    private final SourcePort port;
    private final TlsClient tls;
    private final Consumer<Carrier> onClosed;
    private boolean connected;
    private boolean ready;
    private boolean closed;
    private String problem;
    private long usedAt = System.nanoTime();

    /**
     * @param marked the socket, which is not connected yet
     * @param tls what encrypts the connection; null if nothing does
     * @param onClosed told when the connection ends by itself, before its open questions are
     */
    TcpCarrier(
            Shared shared, Health health, int mark, MarkedChannel marked, TlsClient tls, Consumer<Carrier> onClosed) {
        super(shared, health, mark);
        this.channel = marked.channel();
        this.port = marked.port();
        this.tls = tls;
        this.onClosed = onClosed;
    }

    /**
     * Starts to connect; what is sent meanwhile waits in line.
     *
     * @param tls what encrypts the connection; null if nothing does
     * @param onClosed told when the connection ends by itself, before its open questions are
     */
    static TcpCarrier open(
            Shared shared, Health health, Endpoint server, int mark, TlsClient tls, Consumer<Carrier> onClosed)
            throws CannotOpenException {
        MarkedChannel marked = MarkedChannel.open(shared, server, mark);
        TcpCarrier carrier = new TcpCarrier(shared, health, mark, marked, tls, onClosed);
        carrier.connect(server);
        return carrier;
    }

    final void connect(Endpoint server) {
        channel.closeFuture().addListener(ended -> ended());
        ChannelFuture connecting = new Bootstrap()
                .group(shared.loop())
                .channelFactory(() -> channel)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<EpollSocketChannel>() {
                    @Override
                    protected void initChannel(EpollSocketChannel created) {
                        addHandlers(created.pipeline());
                    }
                })
                .connect(server.toSocketAddress());
        connecting.addListener(done -> {
            connected = done.isSuccess();
            if (!connected) {
                channel.close();
                return;
            }
            port.inUse(Endpoint.of(channel.localAddress()));
            if (tls == null) {
                begin();
            }
        });
    }

    private void addHandlers(ChannelPipeline pipeline) {
        if (tls != null) {
            pipeline.addLast(tls.newHandler(channel.alloc()));
        }
        pipeline.addLast(new LengthFieldBasedFrameDecoder(MAX_FRAME, 0, LENGTH_BYTES, 0, LENGTH_BYTES))
                .addLast(new Answers());
    }

    private void begin() {
        ready = true;
        send();
    }

    private final class Answers extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
            received(frame);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                begin();
            } else if (event instanceof SslHandshakeCompletionEvent handshake) {
                problem = TlsProblem.of(handshake.cause());
                context.close();
            } else if (event instanceof SslCloseCompletionEvent) {
                // The server has said farewell; what is written from now on it would not read.
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // Whatever it was, the connection is of no more use; its questions are asked again.
            context.close();
        }
    }

    /** A message has come; its memory is the caller's. */
    void received(ByteBuf frame) {
        usedAt = System.nanoTime();
        answered(frame.nioBuffer(), 0, frame.readableBytes(), System.nanoTime());
    }

    @Override
    boolean takesNew(long nowNanos) {
        return !closed;
    }

    @Override
    boolean isDone(long nowNanos) {
        return openQuestions() == 0
                && nowNanos - usedAt > shared.limits().connectionIdle().toNanos();
    }

    @Override
    void send() {
        if (!ready) {
            return;
        }
        usedAt = System.nanoTime();
        for (Exchange exchange = toSend.poll(); exchange != null; exchange = toSend.poll()) {
            byte[] padded = tls == null ? null : Padding.pad(exchange.message(), exchange.length());
            if (padded == null) {
                write(exchange.message(), exchange.length());
            } else {
                exchange.padded();
                write(padded, padded.length);
            }
        }
        channel.flush();
    }

    private void write(byte[] message, int length) {
        ByteBuf frame = channel.alloc().buffer(LENGTH_BYTES + length);
        frame.writeShort(length).writeBytes(message, 0, length);
        channel.write(frame, channel.voidPromise());
    }

    private void ended() {
        shared.finished().addClosed(port, hasUnanswered(), System.nanoTime());
        if (!closed) {
            closed = true;
            onClosed.accept(this);
            if (ready) {
                lost();
            } else {
                notReady();
                failAll(Failure.REFUSED);
            }
        }
    }

    /** A connection over which questions could go has ended by itself. */
    void lost() {
        if (openQuestions() > 0) {
            health.silent(System.nanoTime());
        }
        failAll(Failure.REFUSED);
    }

    private void notReady() {
        if (connected) {
            shared.counters().add(Count.TLS_FAILURES);
            health.problem(problem == null ? TlsProblem.CLOSED : problem);
        }
        health.refused(System.nanoTime());
    }

    @Override
    void close(Failure failure) {
        closed = true;
        channel.close();
        failAll(failure);
    }
}

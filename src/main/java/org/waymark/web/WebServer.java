package org.waymark.web;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Answers over HTTP what a {@link Sight} shows, until it is closed. */
public final class WebServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_CONNECTIONS = 32;
    private static final int MOST_CONNECTIONS_OF_CLIENT = 8;

    /** So many that those that are closed again, to make room for later ones, are closed before their requests are read. */
    private static final int MOST_ACCEPTED_TOGETHER = 1024;

    private static final long MOST_UNSENT_BYTES = 4 << 20;
    private static final int LONGEST_LINE = 2048;
    private static final int LONGEST_HEADERS = 8192;

    private final Channel listening;
    private final Connections connections;
    private final Future<?> keeping;

    private WebServer(Channel listening, Connections connections, Future<?> keeping) {
        this.listening = listening;
        this.connections = connections;
        this.keeping = keeping;
    }

    /**
     * Listens, and answers from now on.
     *
     * @param loop everything runs on its thread
     * @param address where to listen
     * @param sight what is shown
     * @param version Waymark's
     * @param marks how many marks are told apart
     * @return the server
     * @throws IOException if somebody else has the address, or this host does not have it
     */
    public static WebServer start(IoEventLoop loop, InetSocketAddress address, Sight sight, String version, int marks)
            throws IOException {
        History history = new History(sight, marks);
        Site site = new Site(
                AllowedHosts.ofThisHost(address.getAddress()),
                sight,
                new Figures(sight, history.activity(), version, marks),
                new PageFigures(sight, history, version, marks));
        WebServer server = start(loop, address, site, PATIENCE, history::step);
        loop.execute(site::rehearse);
        return server;
    }

    /**
     * Does so with any site.
     *
     * @param patience for a request, and for its answer to be taken
     * @param step what to do every {@link LastHour#STEP_SECONDS}
     */
    static WebServer start(
            IoEventLoop loop,
            InetSocketAddress address,
            Function<Request, HttpAnswer> site,
            Duration patience,
            Runnable step)
            throws IOException {
        Connections connections = new Connections(MOST_CONNECTIONS, MOST_CONNECTIONS_OF_CLIENT, MOST_UNSENT_BYTES);
        HttpDecoderConfig limits =
                new HttpDecoderConfig().setMaxInitialLineLength(LONGEST_LINE).setMaxHeaderSize(LONGEST_HEADERS);
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, together())
                // A pool would keep more memory than the few answers need.
                .childOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        client.pipeline()
                                .addLast(new HttpServerCodec(limits), new WebConnection(site, connections, patience));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (bound.isSuccess()) {
            // A task that throws is not repeated, so what is repeated only hands it to the loop.
            Future<?> keeping = loop.scheduleAtFixedRate(
                    () -> loop.execute(step), LastHour.STEP_SECONDS, LastHour.STEP_SECONDS, TimeUnit.SECONDS);
            return new WebServer(bound.channel(), connections, keeping);
        }
        if (bound.cause() instanceof IOException e) {
            throw e;
        }
        throw new IllegalStateException(bound.cause());
    }

    /** By itself Netty accepts one connection and serves the others before it accepts the next. */
    private static RecvByteBufAllocator together() {
        return new ServerChannelRecvByteBufAllocator()
                .respectMaybeMoreData(false)
                .maxMessagesPerRead(MOST_ACCEPTED_TOGETHER);
    }

    /**
     * @return where it listens
     */
    InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /** Listens no longer, and closes the connections of all clients. */
    @Override
    public void close() {
        keeping.cancel(false);
        listening.close().awaitUninterruptibly();
        listening.eventLoop().submit(connections::closeAll).awaitUninterruptibly();
    }
}

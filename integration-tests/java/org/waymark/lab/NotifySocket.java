package org.waymark.lab;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What systemd listens on for a service to tell how it is doing (man 3 sd_notify). */
public final class NotifySocket implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    private NotifySocket() {}

    /** Listens at a path where nothing is yet. */
    public static NotifySocket at(Path path) {
        NotifySocket socket = new NotifySocket();
        new Bootstrap()
                .group(socket.loops)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                        socket.told.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(path.toFile()))
                .syncUninterruptibly();
        return socket;
    }

    /** Returns the next thing that it is told, besides how the service is doing and what it leaves, or null if there is none in this time. */
    public String next(Duration patience) {
        return next(patience, notice -> !notice.startsWith("STATUS=") && !notice.startsWith("FDSTORE="));
    }

    /** Returns the next thing of a kind that it is told, or null if there is none in this time. What comes before is forgotten. */
    public String next(Duration patience, Predicate<String> kind) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                String notice = told.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (notice == null || kind.test(notice)) {
                    return notice;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}

package org.waymark.web;

import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Serves the page with an hour of a hotel's queries that are made up, for whoever changes how it looks, and for its picture in the README. */
final class PagePreview {
    private static final int MOST_MARKS = 200;
    private static final long GIBIBYTE = 1L << 30;

    private PagePreview() {}

    /** @param arguments the port */
    public static void main(String[] arguments) throws Exception {
        SampleSight sight = new SampleSight();
        History history = new History(sight, MOST_MARKS);
        Random random = new Random(3);
        for (int step = 0; step < 360; step++) {
            double wave = Math.sin(step / 57.0) + Math.sin(step / 13.0) / 4 + random.nextGaussian() / 12;
            sight.queries((int) (420 + 260 * wave));
            history.step();
        }
        decorate(sight);
        Site site = new Site(
                AllowedHosts.of(List.of()),
                sight,
                new Figures(sight, history.activity(), "1.0.0", MOST_MARKS),
                new PageFigures(sight, history, "1.0.0", MOST_MARKS));
        IoEventLoop loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()).next();
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        WebServer.start(loop, address, site, Duration.ofSeconds(30), () -> {
            sight.queries(500);
            history.step();
        });
        Thread.currentThread().join();
    }

    private static void decorate(SampleSight sight) {
        sight.since = Instant.now().minus(Duration.ofHours(51));
        sight.servers.add(sight.server("203.0.113.53:53", 2));
        sight.warnings.add(new Sight.Warning(
                Instant.now().minusSeconds(240),
                "server 203.0.113.53:53 does not answer with mark 0x71 (113); it is asked again from time to time"));
        sight.accounts.add(new Sight.Account(
                "room 101",
                "0x65/0xff",
                GIBIBYTE * 13 / 10,
                GIBIBYTE / 900,
                GIBIBYTE * 13 / 10,
                GIBIBYTE / 900,
                Optional.of(2 * GIBIBYTE)));
        sight.accounts.add(new Sight.Account(
                "room 102",
                "0x66/0xff",
                GIBIBYTE * 22 / 10,
                GIBIBYTE / 700,
                GIBIBYTE * 22 / 10,
                GIBIBYTE / 700,
                Optional.of(2 * GIBIBYTE)));
        sight.accounts.add(new Sight.Account(
                "staff",
                "0x400/0xf00",
                GIBIBYTE / 5,
                GIBIBYTE / 4000,
                GIBIBYTE / 5,
                GIBIBYTE / 4000,
                Optional.empty()));
        sight.watched = new Sight.Watched(
                41,
                List.of(
                        new Sight.Share("192.0.2.53:53", 36),
                        new Sight.Share("tls://198.51.100.53:853#dns.example", 2)),
                List.of(new Sight.Share("refused: [[policy]]", 3)),
                List.of(
                        new Sight.Share("www.example. A", 20),
                        new Sight.Share("<img src=x onerror=alert(1)>.example. AAAA", 18),
                        new Sight.Share("news.example. HTTPS", 3)));
    }
}

package org.waymark.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that never send, never read or never go away keep nobody from an answer. */
@Timeout(60)
class StubbornWebClientsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int MANY = 2_000;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final IoEventLoop loop = loops.next();
    private final List<Socket> stubborn = new ArrayList<>();
    private final AtomicInteger largeAnswers = new AtomicInteger();
    private WebServer server;

    private void start(Duration patience) throws IOException {
        byte[] large = new byte[1 << 20];
        server = WebServer.start(
                loop,
                new InetSocketAddress(LOOPBACK, 0),
                request -> {
                    if (request.path().equals("/large")) {
                        largeAnswers.incrementAndGet();
                        return HttpAnswer.of("text/plain", large);
                    }
                    return HttpAnswer.line(200, "here");
                },
                patience,
                () -> {});
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket each : stubborn) {
            each.close();
        }
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void stubborn(String request) throws IOException {
        Socket client = new Socket();
        stubborn.add(client);
        client.setReceiveBufferSize(1024);
        client.connect(server.address());
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private Socket asks(String path) throws IOException {
        Socket client = new Socket(LOOPBACK, server.address().getPort());
        client.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private static String answer(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void clientsThatDoNotGoOnMakeRoomForOthers() throws Exception {
        start(Duration.ofSeconds(30));
        for (int i = 0; i < 200; i++) {
            stubborn("GET /metr");
        }

        try (Socket client = asks("/")) {
            assertTrue(answer(client).endsWith("here\n"));
        }
        assertTrue(isClosed(stubborn.get(0)));
    }

    private static boolean isClosed(Socket client) throws IOException {
        try {
            return client.getInputStream().read() == -1;
        } catch (SocketException e) {
            return true; // What it has sent has not been read.
        }
    }

    @Test
    void halfARequestIsNotWaitedForLongerThanThePatience() throws Exception {
        start(Duration.ofMillis(100));
        stubborn("GET / HT");

        assertEquals(-1, stubborn.get(0).getInputStream().read());
    }

    @Test
    void clientsThatNeverReadAreNotWaitedFor() throws Exception {
        start(Duration.ofSeconds(30));
        for (int i = 0; i < 20; i++) {
            stubborn("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20));
        }

        try (Socket client = asks("/")) {
            assertTrue(answer(client).endsWith("here\n"));
        }
    }

    /** While the server was busy, or because they come faster than they are answered. */
    @ParameterizedTest
    @ValueSource(strings = {"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /large", ""})
    void hardlyAnyOfThousandsThatComeTogetherIsServedBeforeTheOneThatMatters(String request) throws Exception {
        start(Duration.ofSeconds(30));
        CountDownLatch allAreThere = new CountDownLatch(1);
        loop.execute(() -> await(allAreThere));
        for (int i = 0; i < MANY; i++) {
            stubborn(request);
        }
        try (Socket client = asks("/")) {
            allAreThere.countDown();

            assertTrue(answer(client).endsWith("here\n"));
            assertTrue(largeAnswers.get() <= MANY / 20, () -> largeAnswers + " were served before");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

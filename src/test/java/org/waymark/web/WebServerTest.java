package org.waymark.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes over HTTP, from well-behaved clients and others. */
@Timeout(60)
class WebServerTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(LOOPBACK, 0);

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final IoEventLoop loop = loops.next();
    private final SampleSight sight = new SampleSight();
    private int port;
    private WebServer server;

    @BeforeEach
    void start() throws IOException {
        server = WebServer.start(loop, ANY_PORT, sight, "1.2.3", 10);
        port = server.address().getPort();
    }

    @AfterEach
    void stop() {
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Test
    void metricsAreTextUnlessOpenMetricsAreAskedFor() throws Exception {
        HttpResponse<byte[]> plain = get("/metrics");
        HttpResponse<byte[]> open =
                get("/metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

        assertTrue(plain.headers().firstValue("content-type").orElseThrow().startsWith("text/plain; version=0.0.4"));
        assertTrue(text(plain).contains("\nwaymark_queries_total{family=\"ipv4\",transport=\"udp\"} 0"), text(plain));
        assertTrue(open.headers().firstValue("content-type").orElseThrow().startsWith("application/openmetrics-text"));
        assertTrue(text(open).endsWith("# EOF\n"));
    }

    @Test
    void metricsAreCompressedIfTheClientTakesThat() throws Exception {
        HttpResponse<byte[]> compressed = get("/metrics", "Accept-Encoding", "gzip");

        assertEquals(Optional.of("gzip"), compressed.headers().firstValue("content-encoding"));
        String body = new String(
                new GZIPInputStream(new ByteArrayInputStream(compressed.body())).readAllBytes(),
                StandardCharsets.UTF_8);
        assertTrue(body.contains("waymark_build_info{"));
        assertTrue(compressed.body().length < body.length() / 4);
    }

    @ParameterizedTest
    @CsvSource({"gzip;q=0, false", "'deflate, gzip; q=0.000', false", "gzip;q=0.1, true", "'br, GZIP;q=1.0', true"})
    void nothingIsCompressedForAClientThatForbidsIt(String takes, boolean isCompressed) throws Exception {
        assertEquals(
                isCompressed,
                get("/metrics", "Accept-Encoding", takes)
                        .headers()
                        .firstValue("content-encoding")
                        .isPresent());
    }

    @Test
    void healthAndReadinessSayWhatIsWrong() throws Exception {
        assertEquals("200 healthy\n", state("/health"));
        assertEquals("200 ready\n", state("/ready"));

        sight.fault = Optional.of("worker 2 has not turned for 7 s");
        sight.hindrance = Optional.of("no server of the group default answers");

        assertEquals("503 not healthy: worker 2 has not turned for 7 s\n", state("/health"));
        assertEquals("503 not ready: no server of the group default answers\n", state("/ready"));
    }

    private String state(String path) throws Exception {
        HttpResponse<byte[]> response = get(path);
        return response.statusCode() + " " + text(response);
    }

    @Test
    void anythingElseIsRefusedInWords() throws Exception {
        assertEquals(404, get("/etc/passwd").statusCode());
        assertEquals(404, get("/page.class").statusCode());
        assertEquals(400, get("/figures.json?mark=garden").statusCode());
        HttpRequest post = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertEquals(
                405,
                HttpClient.newHttpClient()
                        .send(post, HttpResponse.BodyHandlers.discarding())
                        .statusCode());
    }

    @Test
    void aForeignNameIsNotThisServer() throws Exception {
        assertTrue(raw("GET /metrics HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 421 "));
        assertTrue(raw("GET /metrics HTTP/1.1\r\nHost: localhost:9453\r\nConnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 200 "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1\r\n",
                "HTTP/1.1\r\nHost:\r\n",
                "HTTP/1.0\r\nHost: \r\n",
                "HTTP/1.1\r\nHost: localhost\r\nHost: rebound.example\r\n"
            })
    void aRequestThatDoesNotNameOneServerIsRefused(String rest) throws Exception {
        assertTrue(raw("GET /metrics " + rest + "\r\n").startsWith("HTTP/1.1 400 "));
    }

    @Test
    void otherVersionsOfHttpAreRefused() throws Exception {
        assertTrue(raw("GET /metrics HTTP/9.9\r\nHost: localhost\r\n\r\n").startsWith("HTTP/1.1 505 "));
        assertTrue(raw("GET /metrics HTTP/2.0\r\nHost: localhost\r\n\r\n").startsWith("HTTP/1.1 505 "));
    }

    @Test
    void browsersAreToldToTrustNothingElse() throws Exception {
        String policy = get("/").headers().firstValue("content-security-policy").orElseThrow();

        assertTrue(policy.startsWith("default-src 'none'; script-src 'self';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
    }

    @Test
    void requestsThatAreTooLongOrHaveABodyEndTheConnection() throws Exception {
        assertTrue(raw("GET /" + "x".repeat(5000) + " HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 400 "));
        assertTrue(
                raw("GET / HTTP/1.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n").startsWith("HTTP/1.1 400 "));
        assertTrue(raw("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody")
                .startsWith("HTTP/1.1 413 "));
        assertTrue(raw("\0\1\2\r\n\r\n").startsWith("HTTP/1.1 400 "));
    }

    @Test
    void aRequestMayComeInPieces() throws Exception {
        try (Socket client = new Socket(LOOPBACK, port)) {
            client.setTcpNoDelay(true);
            for (byte each : "GET /health HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                client.getOutputStream().write(each);
            }
            assertTrue(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void requestsThatComeTogetherAreAnsweredInTurn() throws Exception {
        String one = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String last = "GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

        String answers = raw(one + one + last);

        assertEquals(3, answers.split("HTTP/1.1 200 OK", -1).length - 1, answers);
        assertTrue(answers.endsWith("ready\n"), answers);
    }

    @Test
    void whoSendsManyRequestsTogetherIsNotServedForLong() throws Exception {
        String answers = raw("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20));

        assertEquals(4, answers.split("HTTP/1.1 200 OK", -1).length - 1, answers);
    }

    private String raw(String request) throws IOException {
        try (Socket client = new Socket(LOOPBACK, port)) {
            client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void anAddressThatIsTakenIsAnErrorOfTheCaller() {
        assertThrows(
                IOException.class,
                () -> WebServer.start(loop, new InetSocketAddress(LOOPBACK, port), sight, "1.2.3", 10));
    }
}

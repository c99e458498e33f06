package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.Duty;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Over a limit a query is refused and a connection closed; under it again, all is as before. */
class LimitsIT {
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final Duration SOON = Waiting.PATIENCE;
    private static final Duration TRY = Duration.ofSeconds(4);
    private static final byte[] QUERY = Query.of("www.example", Query.A).bytes(1);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @BeforeEach
    void markManyClients() {
        LAB.rules("--many");
        STUB.reset();
    }

    @Test
    @Duty(46)
    void queriesOverTheLimitInFlightAreRefused() {
        STUB.plays(StubServer.SILENCE);
        try (Forwarder forwarder = start("queries-in-flight = 50")) {
            List<UdpClient> clients = IntStream.range(0, 200)
                    .mapToObj(i -> UdpClient.from(LAB, Family.IPV4.client(101 + i % 32)))
                    .toList();
            for (int i = 0; i < clients.size(); i++) {
                clients.get(i).send(Query.of("q" + i + ".example", Query.A).bytes(i), GATEWAY);
            }
            int refused = 0;
            int failed = 0;
            for (UdpClient client : clients) {
                byte[] answer = client.receive(SOON).orElseThrow().bytes();
                refused += Message.rcode(answer) == Message.REFUSED ? 1 : 0;
                failed += Message.rcode(answer) == Message.SERVFAIL ? 1 : 0;
                client.close();
            }
            long asked =
                    STUB.seen().stream().map(StubServer.Seen::name).distinct().count();
            assertTrue(asked <= 50 && asked > 0, () -> asked + " were in flight: " + forwarder.log());
            assertEquals(asked, failed, "those in flight time out");
            assertEquals(200 - asked, refused, "the others are refused");
            STUB.plays(StubServer.ANSWER);
            assertAnswered();
            assertCounted(forwarder, "queries-in-flight");
        }
    }

    /** All that comes from one port comes to one worker. */
    @Test
    void limitOfOneClientIsTheSameHoweverManyWorkersThereAre() {
        STUB.plays(StubServer.SILENCE);
        try (Forwarder forwarder = startWithManyWorkers("queries-in-flight-per-client = 40");
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(101))) {
            for (int i = 0; i < 50; i++) {
                client.send(Query.of("w" + i + ".example", Query.A).bytes(i), GATEWAY);
            }
            int refused = 0;
            for (int i = 0; i < 50; i++) {
                byte[] answer = client.receive(SOON).orElseThrow().bytes();
                refused += Message.rcode(answer) == Message.REFUSED ? 1 : 0;
            }
            assertEquals(10, refused, forwarder::log);
            assertCounted(forwarder, "queries-in-flight-per-client");
        }
    }

    @Test
    void largeAnswerMayWaitToBeReadHoweverManyWorkersThereAre() {
        STUB.plays((seen, line) -> line.send(Message.largeAnswerTo(seen.bytes(), 60_000)));
        try (Forwarder forwarder = startWithManyWorkers("tcp-unsent = \"64KiB\"");
                TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(101), GATEWAY)) {
            assertArrayEquals(Message.largeAnswerTo(QUERY, 60_000), client.ask(QUERY), forwarder::log);
        }
    }

    private static Forwarder startWithManyWorkers(String limit) {
        Forwarder forwarder =
                Forwarders.startWaymark(LAB, setup(limit), "env", "JDK_JAVA_OPTIONS=-XX:ActiveProcessorCount=16");
        assertTrue(forwarder.log().contains("with 16 workers"), forwarder::log);
        return forwarder;
    }

    @Test
    @Duty(36)
    void connectionsOverTheLimitOfAClientAreClosedAndOthersAreNot() {
        try (Forwarder forwarder = start("tcp-connections-per-client = 5")) {
            List<TcpClient> clients = connect(8, 101);
            assertEquals(5, countAnswered(clients), forwarder::log);
            assertEquals(2, countAnswered(connect(2, 102)), "another client has a limit of its own");
            clients.forEach(TcpClient::close);
            Waiting.until(SOON, "places are free again", () -> countAnswered(connect(1, 101)) == 1);
            assertCounted(forwarder, "tcp-connections-per-client");
        }
    }

    @Test
    void connectionsOverTheLimitOfAllAreClosed() {
        try (Forwarder forwarder = start("tcp-connections = 10")) {
            List<TcpClient> clients = new ArrayList<>();
            for (int client = 101; client <= 115; client++) {
                clients.addAll(connect(1, client));
            }
            assertEquals(10, countAnswered(clients), forwarder::log);
            clients.forEach(TcpClient::close);
            Waiting.until(SOON, "places are free again", () -> countAnswered(connect(1, 116)) == 1);
            assertCounted(forwarder, "tcp-connections");
        }
    }

    @Test
    @Duty(35)
    void idleConnectionsAreClosed() {
        try (Forwarder forwarder = start("tcp-idle = \"4s\"");
                TcpClient silent = TcpClient.connect(LAB, Family.IPV4.client(101), GATEWAY);
                TcpClient used = TcpClient.connect(LAB, Family.IPV6.client(102), Family.IPV6.gateway())) {
            assertArrayEquals(Message.answerTo(QUERY), used.ask(QUERY));
            assertTrue(silent.isClosedWithin(SOON), forwarder::log);
            assertTrue(used.isClosedWithin(SOON), forwarder::log);
        }
    }

    @Test
    void connectionThatWaitsForItsAnswerIsNotIdle() {
        STUB.plays(STUB.after(Duration.ofMillis(2700), StubServer.ANSWER));
        try (Forwarder forwarder = start("tcp-idle = \"2s\"");
                TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(101), GATEWAY)) {
            assertArrayEquals(Message.answerTo(QUERY), client.ask(QUERY), forwarder::log);
        }
    }

    @Test
    void upstreamSocketsStayWithinTheirLimit() throws Exception {
        try (Forwarder forwarder = start("upstream-sockets = 8")) {
            assertUpstreamSocketsAre(8, forwarder);
        }
    }

    @Test
    void upstreamSocketsStayWithinTheirLimitHoweverManyWorkersThereAre() throws Exception {
        try (Forwarder forwarder = startWithManyWorkers("upstream-sockets = 8")) {
            assertUpstreamSocketsAre(8, forwarder);
        }
    }

    /** At the most, when many marks want one at the same time. */
    private static void assertUpstreamSocketsAre(int most, Forwarder forwarder) throws Exception {
        CompletableFuture<Void> counted = new CompletableFuture<>();
        STUB.plays((query, line) -> counted.thenRun(() -> StubServer.ANSWER.play(query, line)));
        List<UdpClient> clients = IntStream.rangeClosed(101, 132)
                .mapToObj(i -> UdpClient.from(LAB, Family.IPV4.client(i)))
                .toList();
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).send(Query.of("s" + i + ".example", Query.A).bytes(i), GATEWAY);
        }
        Waiting.until(SOON, "queries go upstream", () -> STUB.seen().size() >= most);
        int open = upstreamSockets();
        counted.complete(null);
        assertEquals(most, open, forwarder::log);
        for (UdpClient client : clients) {
            Optional<UdpClient.Received> answer = client.receive(SOON);
            assertTrue(answer.isPresent(), "each is answered or refused");
            client.close();
        }
        assertCounted(forwarder, "upstream-sockets");
    }

    /** Connections stay open for {@code upstream-idle}, longer than this test, unless they are in somebody's way. */
    @Test
    void idleConnectionsMakeRoomForAnotherMarkOnAnotherWorker() {
        try (Forwarder forwarder = startWithManyWorkers("upstream-sockets = 4\nupstream-idle = \"1h\"")) {
            for (int client = 101; client <= 105; client++) {
                assertIsAnsweredOverTcp(client, forwarder);
            }
        }
    }

    private static void assertIsAnsweredOverTcp(int client, Forwarder forwarder) {
        Waiting.until(SOON, "client " + client + " is answered: " + forwarder.log(), () -> {
            try (TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(client), GATEWAY)) {
                return Arrays.equals(Message.answerTo(QUERY), tcp.ask(QUERY));
            }
        });
    }

    @Test
    void upstreamSocketsOfOneMarkStayWithinTheirLimit() throws Exception {
        STUB.plays(STUB.after(Duration.ofMillis(300), StubServer.ANSWER));
        try (Forwarder forwarder = start("upstream-sockets-per-mark = 2");
                Crowd crowd = Crowd.of(LAB, List.of(Family.IPV4.client(101)), GATEWAY)) {
            assertEquals(new Crowd.Result(300, 0, List.of()), crowd.ask(300, 100, i -> "m" + i + ".example"));
            int open = upstreamSockets();
            assertTrue(open <= 2, open + " sockets: " + forwarder.log());
            assertCounted(forwarder, "upstream-sockets-per-mark");
        }
    }

    private static Forwarder start(String limit) {
        return Forwarders.WAYMARK.start(LAB, setup(limit));
    }

    private static Setup setup(String limit) {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53))
                .tries(TRY.toSeconds() + "s", 1)
                .with("limits", limit);
    }

    private static List<TcpClient> connect(int count, int client) {
        return IntStream.range(0, count)
                .mapToObj(i -> TcpClient.connect(LAB, Family.IPV4.client(client), GATEWAY))
                .toList();
    }

    /** How many of these connections answer a query; the others must have been closed. */
    private static int countAnswered(List<TcpClient> clients) {
        int answered = 0;
        for (TcpClient client : clients) {
            if (client.askIfOpen(QUERY).isPresent()) {
                answered++;
            }
        }
        return answered;
    }

    private static void assertAnswered() {
        try (UdpClient client = UdpClient.from(LAB, Family.IPV4.client(101))) {
            assertArrayEquals(
                    Message.answerTo(QUERY), client.ask(QUERY, GATEWAY).bytes());
        }
    }

    /** At its end Waymark says what it has counted. */
    private static void assertCounted(Forwarder forwarder, String limit) {
        forwarder.terminate();
        forwarder.awaitExit(SOON);
        Pattern counted = Pattern.compile("stops after .*: limits\\.\\Q" + limit + "\\E(;|$)", Pattern.MULTILINE);
        assertTrue(counted.matcher(forwarder.log()).find(), forwarder::log);
    }

    private static int upstreamSockets() {
        String sockets =
                LAB.exec(Host.GATEWAY, "ss", "-Huan", "dst", "10.99.0.53").orFail();
        assertFalse(sockets.contains("*:*"), sockets);
        return (int) sockets.lines().count();
    }
}

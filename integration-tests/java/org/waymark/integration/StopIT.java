package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** SIGTERM ends Waymark within 5 seconds, and no query that it took is left without an answer. */
class StopIT {
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /** Of this, queries in flight are waited for so long: a stop without any takes far less. */
    private static final Duration DRAIN = Duration.ofSeconds(4);

    private static final String NEWS = "Waymark is stopping; ";

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @BeforeEach
    void answerAsUsual() {
        STUB.reset();
    }

    @Test
    void answersOfQueriesInFlightAreStillDelivered() {
        Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        STUB.plays((query, line) -> held.add(() -> StubServer.ANSWER.play(query, line)));
        try (Forwarder forwarder = start();
                Asked asked = ask()) {
            forwarder.terminate();
            Waiting.until(
                    Waiting.PATIENCE, "it is stopping", () -> forwarder.log().contains(NEWS));
            held.forEach(Runnable::run);
            for (int i = 0; i < asked.udp.size(); i++) {
                assertArrayEquals(Message.answerTo(query(i)), asked.answer(i), forwarder::log);
            }
            assertArrayEquals(Message.answerTo(query(99)), asked.tcp.receive().orElseThrow(), forwarder::log);
            assertEquals(0, forwarder.awaitExit(DRAIN));
            assertEquals("queries in flight: 11, questions to servers: 11", inFlightAtStop(forwarder));
        }
    }

    /** A machine that is slow or busy takes longer for any stop, so one with nothing in flight is measured, too. */
    @Test
    void queriesWhoseAnswerDoesNotComeAreFailed() {
        STUB.plays(StubServer.SILENCE);
        Duration limit = LIMIT.plus(timeOfStopWithNothingInFlight().multipliedBy(4));
        try (Forwarder forwarder = start();
                Asked asked = ask()) {
            long start = System.nanoTime();
            forwarder.terminate();
            for (int i = 0; i < asked.udp.size(); i++) {
                assertEquals(Message.SERVFAIL, Message.rcode(asked.answer(i)), forwarder::log);
            }
            assertEquals(Message.SERVFAIL, Message.rcode(asked.tcp.receive().orElseThrow()), forwarder::log);
            assertEquals(0, forwarder.awaitExit(Waiting.PATIENCE));
            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            System.out.println("StopIT: stopped after " + taken + ", limit " + limit);
            assertTrue(taken.compareTo(limit) < 0, "took " + taken);
        }
    }

    private static Duration timeOfStopWithNothingInFlight() {
        try (Forwarder forwarder = start()) {
            long start = System.nanoTime();
            forwarder.terminate();
            forwarder.awaitExit(Waiting.PATIENCE);
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    /** It listens some time before the start is complete: a signal that comes in between must not be met unprepared. */
    @RepeatedTest(10)
    void signalAsSoonAsItListensEndsItAtOnce() {
        try (Forwarder forwarder = Forwarders.startWaymarkUntilItListens(LAB, setup())) {
            forwarder.terminate();
            assertEquals(0, forwarder.awaitExit(Waiting.PATIENCE));
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void nextProcessStartsRightAfterwardsOnTheSamePorts() {
        try (Forwarder forwarder = start();
                TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            client.ask(query(1));
            forwarder.terminate();
            forwarder.awaitExit(Waiting.PATIENCE);
            assertEquals("queries in flight: 0, questions to servers: 0", inFlightAtStop(forwarder));
        }
        try (Forwarder forwarder = start();
                TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            assertArrayEquals(Message.answerTo(query(2)), client.ask(query(2)), forwarder::log);
        }
    }

    private static Forwarder start() {
        return Forwarders.WAYMARK.start(LAB, setup());
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53)).tries("20s", 3);
    }

    /** What was in flight when it began to stop, by its log. */
    private static String inFlightAtStop(Forwarder forwarder) {
        String log = forwarder.log();
        assertTrue(log.contains(NEWS), log);
        return log.substring(log.indexOf(NEWS) + NEWS.length())
                .lines()
                .findFirst()
                .orElseThrow();
    }

    private static byte[] query(int number) {
        return Query.of("q" + number + ".example", Query.A).bytes(number);
    }

    /** Clients whose queries are in flight: all have reached the server. */
    private record Asked(List<UdpClient> udp, TcpClient tcp) implements AutoCloseable {
        byte[] answer(int client) {
            return udp.get(client).receive(Waiting.PATIENCE).orElseThrow().bytes();
        }

        @Override
        public void close() {
            udp.forEach(UdpClient::close);
            tcp.close();
        }
    }

    private static Asked ask() {
        List<UdpClient> udp = IntStream.range(0, 10)
                .mapToObj(i -> UdpClient.from(LAB, Family.IPV4.client(101 + i)))
                .toList();
        TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY);
        for (int i = 0; i < udp.size(); i++) {
            udp.get(i).send(query(i), GATEWAY);
        }
        tcp.send(query(99));
        Waiting.until(
                Waiting.PATIENCE,
                "all queries reach the server",
                () -> STUB.seen().stream().map(StubServer.Seen::name).distinct().count() == 11);
        return new Asked(udp, tcp);
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.Duty;
import org.waymark.lab.Conntrack;
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

/** A server that does not answer is followed by the next one, with the same mark; when all fail the client is told. */
class FailoverIT {
    private static final int CLIENT = 137;
    private static final AtomicInteger NAMES = new AtomicInteger();

    /** What does not come in this time does not come unless it is asked for again. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    /** A closed port of a host that is there. */
    private static final String REFUSING = "10.99.0.55";
    /** No host of the network has this address. */
    private static final String ABSENT = "10.99.0.99";
    /** The gateway has no route there. */
    private static final String UNROUTED = "203.0.113.1";

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @AutoClose
    private static final StubServer SILENT = StubServer.on(LAB, Family.IPV4.upstream(54), Family.IPV6.upstream(54));

    @BeforeEach
    void answerAsUsual() {
        STUB.reset();
        SILENT.reset();
        SILENT.plays(StubServer.SILENCE);
    }

    @ParameterizedTest
    @EnumSource
    void nextServerIsAskedWithTheSameMarkWhenTheFirstIsSilent(Family family) {
        Setup setup = Setup.wildcard().servers(family.upstream(54), family.upstream(53));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup.tries("2s", 4))) {
            String name = askOverUdp();
            assertMarked(SILENT.seen(name));
            assertMarked(STUB.seen(name));
            String other = askOverTcp();
            assertMarked(SILENT.seen(other));
            assertMarked(STUB.seen(other));
            assertTrue(STUB.seen(other).get(0).tcp());
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {REFUSING, ABSENT, UNROUTED})
    void nextServerIsAskedWhenTheFirstCantBeReached(String first) {
        Setup setup = Setup.wildcard().server(first).servers(Family.IPV4.upstream(53));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup.tries("2s", 4))) {
            assertMarked(STUB.seen(askOverUdp()));
            assertMarked(STUB.seen(askOverTcp()));
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void refusalIsNoticedLongBeforeTheTimeout() {
        Setup setup = Setup.wildcard().server(REFUSING);
        byte[] query = nextQuery();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup.tries("9s", 1));
                UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(CLIENT));
                TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(CLIENT), Family.IPV4.gateway())) {
            long start = System.nanoTime();
            byte[] overUdp = udp.ask(query, Family.IPV4.gateway()).bytes();
            byte[] overTcp = tcp.ask(query);
            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            assertEquals(Message.SERVFAIL, Message.rcode(overUdp), forwarder::log);
            assertEquals(Message.SERVFAIL, Message.rcode(overTcp), forwarder::log);
            assertTrue(taken.toSeconds() < 9, () -> "took " + taken + ": " + forwarder.log());
        }
    }

    /** dnsmasq and dnsdist ask nobody else until they know; their clients have to ask again. */
    @ParameterizedTest
    @EnumSource
    void queryIsAnsweredThoughTheServerInUseFallsSilent(Forwarders kind) {
        SILENT.plays(StubServer.ANSWER);
        byte[] query = nextQuery();
        // Of the others only this one, so that dnsmasq, which first asks both, settles on the server that falls silent.
        STUB.plays((seen, line) -> {
            if (!seen.name().startsWith("q") || seen.name().equals(Message.name(query))) {
                StubServer.ANSWER.play(seen, line);
            }
        });
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(54), Family.IPV4.upstream(53));
        try (Forwarder forwarder = kind.start(LAB, setup.tries("2s", 4));
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(CLIENT))) {
            askOverUdp();
            SILENT.plays(StubServer.SILENCE);
            client.send(query, Family.IPV4.gateway());
            kind.expect(
                    client.receive(kind == Forwarders.WAYMARK ? Waiting.PATIENCE : SILENCE)
                            .isPresent(),
                    "answers all the same; log: " + forwarder.log(),
                    Forwarders.DNSMASQ,
                    Forwarders.DNSDIST);
            Waiting.until(Waiting.PATIENCE, kind + " answers one who asks again", () -> {
                client.send(query, Family.IPV4.gateway());
                return client.receive(Duration.ofMillis(500)).isPresent();
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "WAYMARK," + REFUSING + "," + UNROUTED,
        "WAYMARK,10.99.0.54," + ABSENT,
        "WAYMARK," + ABSENT + "," + UNROUTED,
        "DNSMASQ," + REFUSING + "," + UNROUTED,
        "DNSDIST," + REFUSING + "," + UNROUTED
    })
    void clientGetsServfailWhenEveryTryFailed(Forwarders kind, String first, String second) {
        Setup setup = Setup.wildcard().server(first).server(second);
        byte[] query = Query.of("nowhere.example", Query.A).edns(1232, 0).bytes(99);
        try (Forwarder forwarder = kind.start(LAB, setup.tries("300ms", 3));
                UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(CLIENT));
                TcpClient tcp = TcpClient.connect(LAB, Family.IPV6.client(CLIENT), Family.IPV6.gateway())) {
            udp.send(query, Family.IPV4.gateway());
            tcp.send(query);
            Optional<byte[]> overUdp = udp.receive(kind == Forwarders.WAYMARK ? Waiting.PATIENCE : SILENCE)
                    .map(UdpClient.Received::bytes);
            Optional<byte[]> overTcp = tcp.receive();
            kind.expect(
                    isServfail(overUdp),
                    "SERVFAIL over UDP; log: " + forwarder.log(),
                    Forwarders.DNSMASQ,
                    Forwarders.DNSDIST);
            kind.expect(
                    isServfail(overTcp),
                    "SERVFAIL over TCP; log: " + forwarder.log(),
                    Forwarders.DNSMASQ,
                    Forwarders.DNSDIST);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    private static boolean isServfail(Optional<byte[]> answer) {
        return answer.filter(message -> Message.id(message) == 99)
                .filter(message -> Message.rcode(message) == Message.SERVFAIL)
                .filter(message -> Message.name(message).equals("nowhere.example"))
                .isPresent();
    }

    @Test
    @Duty(34)
    void queryIsAskedAgainWhenTheServerClosesTheConnectionEarly() {
        AtomicInteger queries = new AtomicInteger();
        STUB.plays((query, line) -> {
            if (query.tcp() && queries.getAndIncrement() == 0) {
                line.close();
            } else {
                StubServer.ANSWER.play(query, line);
            }
        });
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)))) {
            List<StubServer.Seen> seen = STUB.seen(askOverTcp());
            assertEquals(2, seen.size());
            assertMarked(seen);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void serverThatClosesAfterEveryAnswerMakesNoDifference() {
        STUB.plays((query, line) -> {
            StubServer.ANSWER.play(query, line);
            line.close();
        });
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)))) {
            for (int i = 0; i < 50; i++) {
                assertMarked(STUB.seen(askOverTcp()));
            }
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void serverNamedWithTcpIsAskedOverTcpAlone() {
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().server("tcp://10.99.0.53"))) {
            String name = askOverUdp();
            assertMarked(STUB.seen(name));
            assertEquals(
                    List.of(true),
                    STUB.seen(name).stream().map(StubServer.Seen::tcp).toList(),
                    forwarder::log);
        }
    }

    private static String askOverUdp() {
        byte[] query = nextQuery();
        try (UdpClient client = UdpClient.from(LAB, Family.IPV4.client(CLIENT))) {
            assertArrayEquals(
                    Message.answerTo(query),
                    client.ask(query, Family.IPV4.gateway()).bytes());
        }
        return Message.name(query);
    }

    private static String askOverTcp() {
        byte[] query = nextQuery();
        try (TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(CLIENT), Family.IPV4.gateway())) {
            assertArrayEquals(Message.answerTo(query), client.ask(query));
        }
        return Message.name(query);
    }

    private static byte[] nextQuery() {
        int number = NAMES.incrementAndGet();
        return Query.of("q" + number + ".example", Query.A).bytes(number);
    }

    /** Checks that there are some and that each came by a connection with the client's mark. */
    private static void assertMarked(List<StubServer.Seen> queries) {
        assertFalse(queries.isEmpty());
        Conntrack table = LAB.conntrack();
        for (StubServer.Seen query : queries) {
            assertEquals(OptionalLong.of(CLIENT), table.markOf(query.tcp(), query.from(), query.at()), query::toString);
        }
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.Conntrack;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;

/** 10,000 queries of 32 marks and of unmarked clients, 200 in flight, whose answers come in any order. */
class ManyMarksIT {
    private static final int QUERIES = 10_000;
    private static final int IN_FLIGHT = 200;
    /** Clients 101 to 132 are marked, 151 to 158 are not. */
    private static final int[] CLIENTS = IntStream.concat(
                    IntStream.rangeClosed(101, 132), IntStream.rangeClosed(151, 158))
            .toArray();

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void answerInAnyOrder() {
        LAB.rules("--many");
        STUB.reset();
        Random random = new Random(7);
        STUB.plays((query, line) -> STUB.after(Duration.ofMillis(1 + random.nextInt(20)), StubServer.ANSWER)
                .play(query, line));
    }

    @ParameterizedTest
    @CsvSource({"CONNTRACK, IPV4", "CONNTRACK, IPV6", "PACKET, IPV4", "PACKET, IPV6"})
    void everyQueryIsAnsweredAndEveryUpstreamConnectionHasItsMark(MarkSource source, Family family) throws IOException {
        Setup setup = Setup.wildcard().servers(family.upstream(53)).marksFrom(source);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertEquals(
                    new Crowd.Result(QUERIES, 0, List.of()),
                    ask(family, number -> "q" + number + ".c" + client(number) + ".example"),
                    forwarder::log);
            assertEquals(List.of(), faults());
        }
    }

    @Test
    void theSameNamesFromAllMarksStayApart() throws IOException {
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)))) {
            assertEquals(
                    new Crowd.Result(QUERIES, 0, List.of()),
                    ask(Family.IPV4, number -> "q" + number / CLIENTS.length + ".example"),
                    forwarder::log);
            List<Long> marks = marksOf("q0.example");
            for (int client : CLIENTS) {
                assertTrue(marks.contains(client <= 132 ? (long) client : 0L), client + " asks upstream: " + marks);
            }
        }
    }

    @Test
    void dnsmasqGivesSourcePortsOfOneMarkToAnother() throws IOException {
        try (Forwarder dnsmasq = Forwarders.DNSMASQ.start(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)))) {
            ask(Family.IPV4, number -> "q" + number + ".c" + client(number) + ".example");
            assertNotEquals(List.of(), faults(), dnsmasq::log);
        }
    }

    private static Crowd.Result ask(Family family, IntFunction<String> names) throws IOException {
        List<InetAddress> addresses =
                IntStream.of(CLIENTS).mapToObj(family::client).toList();
        try (Crowd crowd = Crowd.of(LAB, addresses, family.gateway())) {
            return crowd.ask(QUERIES, IN_FLIGHT, names);
        }
    }

    private static int client(int number) {
        return CLIENTS[number % CLIENTS.length];
    }

    /** The queries whose upstream connection has, as the kernel lists it, another mark than the name says. */
    private static List<String> faults() {
        Conntrack table = LAB.conntrack();
        return STUB.seen().stream()
                .filter(query -> !table.markOf(query.tcp(), query.from(), query.at())
                        .equals(OptionalLong.of(markDue(query.name()))))
                .map(query -> query.name() + " from " + query.from() + ": "
                        + table.markOf(query.tcp(), query.from(), query.at()))
                .toList();
    }

    /** The marks with which a name was asked for upstream. */
    private static List<Long> marksOf(String name) {
        Conntrack table = LAB.conntrack();
        return STUB.seen(name).stream()
                .map(query ->
                        table.markOf(query.tcp(), query.from(), query.at()).orElse(-1))
                .toList();
    }

    private static long markDue(String name) {
        int client = Integer.parseInt(name.split("\\.c|\\.example")[1]);
        return client <= 132 ? client : 0;
    }
}

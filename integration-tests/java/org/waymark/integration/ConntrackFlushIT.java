package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Crowd;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.RepeatedCommand;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;

/** Somebody flushes conntrack again and again while Waymark forwards: marks of what goes upstream stay right. */
class ConntrackFlushIT {
    private static final int QUERIES = 10_000;
    private static final int ROUNDS = 50;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void answerInAnyOrder() {
        LAB.rules("--many");
        STUB.reset();
        STUB.plays(STUB.afterBetween(Duration.ofMillis(1), Duration.ofMillis(20), StubServer.ANSWER));
    }

    /**
     * A packet of a client, and its connection, may be marked by the host's rules at the very moment when conntrack forgets. Whatever
     * mark a query has then, it keeps.
     */
    @ParameterizedTest
    @EnumSource
    void marksOverUdpAreThoseOfTheConnectionWhileConntrackIsFlushed(Family family) {
        assertExact(
                MarkSource.CONNTRACK,
                family,
                "UDP",
                QUERIES,
                () -> RecipeClients.askOverUdp(
                        LAB, family.gateway(), QUERIES, 100, number -> "q" + number + ".example"));
    }

    /** Each packet is marked by rules, whatever conntrack forgets. */
    @Test
    void marksOfPacketsOverUdpAreRightWhileConntrackIsFlushed() {
        assertExact(
                MarkSource.PACKET,
                Family.IPV4,
                "UDP",
                QUERIES,
                () -> RecipeClients.askOverUdp(LAB, Family.IPV4.gateway(), QUERIES, 100));
    }

    /**
     * As a packet comes in, the kernel tells the first socket of each line of its table (net/ipv4/udp.c) whose packet it is, and the
     * others not before the packet is delivered. Here four source ports stand in one line, if there are 16,384 lines.
     */
    @ParameterizedTest
    @EnumSource
    void marksAreRightWhereverTheirSocketsStandInTheTableOfTheKernel(Family family) {
        LAB.shell(
                Host.GATEWAY,
                "echo 1024-1999,2012-18383,18396-34767,34780-51151,51164-65535 > /proc/sys/net/ipv4/ip_local_reserved_ports");
        try {
            assertExact(
                    MarkSource.PACKET,
                    family,
                    "UDP, sockets in one line of the kernel's table",
                    QUERIES,
                    () -> RecipeClients.askOverUdp(LAB, family.gateway(), QUERIES, 100));
        } finally {
            LAB.shell(Host.GATEWAY, "echo > /proc/sys/net/ipv4/ip_local_reserved_ports");
        }
    }

    @ParameterizedTest
    @EnumSource
    void marksOverTcpAreThoseOfTheConnectionWhileConntrackIsFlushed(Family family) {
        int queries = ROUNDS * RecipeClients.count();
        assertExact(
                MarkSource.CONNTRACK,
                family,
                "TCP",
                queries,
                () -> RecipeClients.askOverTcp(LAB, family.gateway(), ROUNDS, number -> "q" + number + ".example"));
    }

    /** An accepted socket has the mark of its first packet, whatever conntrack forgets. */
    @ParameterizedTest
    @EnumSource
    void marksOfPacketsOverTcpAreRightWhileConntrackIsFlushed(Family family) {
        int queries = ROUNDS * RecipeClients.count();
        assertExact(
                MarkSource.PACKET,
                family,
                "TCP",
                queries,
                () -> RecipeClients.askOverTcp(LAB, family.gateway(), ROUNDS));
    }

    private static void assertExact(
            MarkSource source, Family family, String protocol, int queries, Supplier<Crowd.Result> load) {
        Setup setup = Setup.wildcard().servers(family.upstream(53)).marksFrom(source);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            RepeatedCommand.during(
                    LAB,
                    Host.GATEWAY,
                    "conntrack -F",
                    "0.02",
                    () -> assertEquals(RecipeClients.allRight(queries), load.get(), forwarder::log));
            ExactMarksTable.addExact(
                    "conntrack flushed all the time, " + protocol + ", " + family + source.title(),
                    queries,
                    meter.measurement());
        }
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;

/** 10,000 queries of 32 marks and of unmarked clients, 200 in flight, whose answers come in any order. */
class ManyMarksIT {
    private static final int QUERIES = 10_000;
    private static final int IN_FLIGHT = 200;

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
    void everyQueryIsAnsweredAndEveryUpstreamConnectionHasItsMark(MarkSource source, Family family) {
        Setup setup = Setup.wildcard().servers(family.upstream(53)).marksFrom(source);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            assertEquals(
                    RecipeClients.allRight(QUERIES),
                    RecipeClients.askOverUdp(LAB, family.gateway(), QUERIES, IN_FLIGHT),
                    forwarder::log);
            meter.measurement().assertExact(QUERIES);
        }
    }

    @Test
    void theSameNamesFromAllMarksStayApart() {
        int clients = RecipeClients.count();
        try (Forwarder forwarder =
                        Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)));
                TruthMeter meter = TruthMeter.on(LAB)) {
            assertEquals(
                    RecipeClients.allRight(QUERIES),
                    RecipeClients.askOverUdp(
                            LAB,
                            Family.IPV4.gateway(),
                            QUERIES,
                            IN_FLIGHT,
                            number -> "q" + number / clients + ".example"),
                    forwarder::log);
            assertEquals(
                    RecipeClients.marks(),
                    meter.measurement().marksOfNames().get("q0.example").keySet());
        }
    }

    @Test
    void dnsmasqGivesSourcePortsOfOneMarkToAnother() {
        try (Forwarder dnsmasq = Forwarders.DNSMASQ.start(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)));
                TruthMeter meter = TruthMeter.on(LAB)) {
            RecipeClients.askOverUdp(LAB, Family.IPV4.gateway(), QUERIES, IN_FLIGHT);
            assertTrue(meter.measurement().wrong() > 0, dnsmasq::log);
        }
    }
}

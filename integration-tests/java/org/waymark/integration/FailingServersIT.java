package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Crowd;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Measurement;
import org.waymark.lab.RestlessServer;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpCrowd;
import org.waymark.lab.TruthMeter;

/** Whatever becomes of the servers, each try has the mark of its query, and each query that any server answers is answered. */
class FailingServersIT {
    private static final int QUERIES = 2000;
    private static final int ROUNDS = 20;
    private static final int IN_FLIGHT = 200;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    private final MarkedClients clients = MarkedClients.with(32);

    @BeforeEach
    void answerInAnyOrder() {
        LAB.rules();
        clients.settleIn(LAB);
        STUB.reset();
        STUB.plays(STUB.afterBetween(Duration.ofMillis(1), Duration.ofMillis(50), StubServer.ANSWER));
    }

    @ParameterizedTest
    @EnumSource
    void everyTryHasItsMarkWhenOneOfTwoServersIsSilent(Family family) throws IOException {
        try (StubServer silent = StubServer.on(LAB, family.upstream(54))) {
            silent.plays(StubServer.SILENCE);
            assertExact("one of two servers silent", family);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTryHasItsMarkWhenOneOfTwoServersRefuses(Family family) throws IOException {
        assertExact("one of two servers refusing", family);
    }

    @ParameterizedTest
    @EnumSource
    void everyTryHasItsMarkWhenOneOfTwoServersComesAndGoes(Family family) throws IOException {
        try (RestlessServer restless = new RestlessServer(LAB, family.upstream(54))) {
            restless.start();
            assertExact("one of two servers coming and going", family);
        }
    }

    /** Of nine tries at three servers not all are lost. */
    @ParameterizedTest
    @EnumSource
    void everyTryHasItsMarkWhenAnswersAreLost(Family family) throws IOException {
        StubServer.Script answer = STUB.afterBetween(Duration.ofMillis(1), Duration.ofMillis(50), StubServer.ANSWER);
        StubServer.Script lossy = (query, line) -> {
            if (ThreadLocalRandom.current().nextInt(10) > 0) {
                answer.play(query, line);
            }
        };
        STUB.plays(lossy);
        Setup setup = Setup.wildcard()
                .servers(family.upstream(53), family.upstream(54), family.upstream(55))
                .tries("2s", 9);
        try (StubServer others = StubServer.on(LAB, family.upstream(54), family.upstream(55));
                Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            others.plays(lossy);
            assertEquals(allRight(QUERIES), ask(family), forwarder::log);
            addRow("UDP, " + family + ", 10 % of answers lost", QUERIES, meter.measurement());
        }
    }

    /** TCP sends again what is lost: a packet of a mark that has no query on board. */
    @ParameterizedTest
    @EnumSource
    void everyPacketHasItsMarkWhenThoseOfTcpAreLost(Family family) {
        LAB.loadNft(Host.UPSTREAM, """
                table inet loss {
                    chain input { type filter hook input priority 0; tcp dport 53 numgen random mod 10 == 0 drop; }
                    chain output { type filter hook output priority 0; tcp sport 53 numgen random mod 10 == 0 drop; }
                }
                """);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(
                        LAB, Setup.wildcard().servers(family.upstream(53)).tries("10s", 3));
                TruthMeter meter = TruthMeter.on(LAB)) {
            int queries = ROUNDS * clients.size();
            assertEquals(allRight(queries), askOverTcp(family), forwarder::log);
            // The meter does not read a query that is cut in two, as it may be when it is sent again with the next.
            addRow("TCP, " + family + ", 10 % of packets lost", queries * 9 / 10, meter.measurement());
        } finally {
            LAB.shell(Host.UPSTREAM, "nft delete table inet loss");
        }
    }

    private void assertExact(String scenario, Family family) throws IOException {
        Setup setup = Setup.wildcard()
                .servers(family.upstream(54), family.upstream(53))
                .tries("2s", 6);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            assertEquals(allRight(QUERIES), ask(family), forwarder::log);
            addRow("UDP, " + family + ", " + scenario, QUERIES, meter.measurement());
        }
        int overTcp = ROUNDS * clients.size();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            assertEquals(allRight(overTcp), askOverTcp(family), forwarder::log);
            addRow("TCP, " + family + ", " + scenario, overTcp, meter.measurement());
        }
    }

    private static void addRow(String scenario, int queries, Measurement measured) {
        ExactMarksTable.addExact("32 marks, " + scenario, queries, measured);
    }

    private Crowd.Result ask(Family family) throws IOException {
        try (Crowd crowd = Crowd.of(LAB, clients.addresses(family), family.gateway())) {
            return crowd.ask(QUERIES, IN_FLIGHT, clients.ownNames());
        }
    }

    private Crowd.Result askOverTcp(Family family) {
        return TcpCrowd.of(LAB, clients.addresses(family), family.gateway())
                .ask(ROUNDS, clients.size(), clients.ownNames());
    }

    private static Crowd.Result allRight(int queries) {
        return new Crowd.Result(queries, 0, List.of());
    }
}

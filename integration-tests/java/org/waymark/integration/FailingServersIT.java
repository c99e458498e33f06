package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
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

    /** Over UDP: TCP would send what is lost again by itself. Of nine tries at three servers not all are lost. */
    @Test
    void everyTryHasItsMarkWhenAnswersAreLost() throws IOException {
        StubServer.Script answer = STUB.afterBetween(Duration.ofMillis(1), Duration.ofMillis(50), StubServer.ANSWER);
        StubServer.Script lossy = (query, line) -> {
            if (ThreadLocalRandom.current().nextInt(10) > 0) {
                answer.play(query, line);
            }
        };
        STUB.plays(lossy);
        Setup setup = Setup.wildcard()
                .servers(Family.IPV4.upstream(53), Family.IPV4.upstream(54), Family.IPV4.upstream(55))
                .tries("300ms", 9);
        try (StubServer others = StubServer.on(LAB, Family.IPV4.upstream(54), Family.IPV4.upstream(55));
                Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            others.plays(lossy);
            assertEquals(allRight(QUERIES), ask(Family.IPV4), forwarder::log);
            addRow("UDP, IPv4, 10 % of answers lost", QUERIES, meter.measurement());
        }
    }

    private void assertExact(String scenario, Family family) throws IOException {
        Setup setup = Setup.wildcard()
                .servers(family.upstream(54), family.upstream(53))
                .tries("300ms", 6);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            assertEquals(allRight(QUERIES), ask(family), forwarder::log);
            addRow("UDP, " + family + ", " + scenario, QUERIES, meter.measurement());
        }
        int overTcp = ROUNDS * clients.size();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            TcpCrowd crowd = TcpCrowd.of(LAB, clients.addresses(family), family.gateway());
            assertEquals(allRight(overTcp), crowd.ask(ROUNDS, clients.size(), names()), forwarder::log);
            addRow("TCP, " + family + ", " + scenario, overTcp, meter.measurement());
        }
    }

    private static void addRow(String scenario, int queries, Measurement measured) {
        ExactMarksTable.addExact("32 marks, " + scenario, queries, measured);
    }

    private Crowd.Result ask(Family family) throws IOException {
        try (Crowd crowd = Crowd.of(LAB, clients.addresses(family), family.gateway())) {
            return crowd.ask(QUERIES, IN_FLIGHT, names());
        }
    }

    private IntFunction<String> names() {
        return question -> "q" + question + ".m" + clients.markOfQuestion(question) + ".example";
    }

    private static Crowd.Result allRight(int queries) {
        return new Crowd.Result(queries, 0, List.of());
    }
}

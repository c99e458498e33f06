package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.waymark.lab.Crowd;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Measurement;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.Waiting;

/** A long run: as many queries as the system property {@code waymark.soak} says, of 1,024 marks and of unmarked clients. */
@EnabledIfSystemProperty(named = "waymark.soak", matches = "\\d+", disabledReason = "integration-tests/soak runs it")
class SoakIT {
    private static final int IN_FLIGHT = 400;
    private static final int ROUND = 50_000;
    /** What the Java runtime opens when it comes to it. */
    private static final int SPARE_FILES = 20;

    private static final int MOST_MEBIBYTES = 150;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @Test
    void everyPacketOfALongRunHasItsMark() throws IOException {
        int queries = Integer.getInteger("waymark.soak");
        MarkedClients clients = MarkedClients.with(1024);
        clients.settleIn(LAB);
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53)).tries("5s", 3);
        try (Forwarder forwarder = Forwarders.startWithWholeJava(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            int filesBefore = forwarder.openFiles();
            int memoryBefore = forwarder.residentMebibytes();
            long start = System.nanoTime();
            for (int asked = 0; asked < queries; asked += ROUND) {
                int round = Math.min(ROUND, queries - asked);
                assertEquals(new Crowd.Result(round, 0, List.of()), ask(clients, asked, round), forwarder::log);
            }
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            Measurement measured = meter.measurement();
            System.out.printf(
                    "%,d queries in %,d s (%,d in flight): %,d packets checked, %,d wrong, %,d 5-tuples shared%n",
                    queries, seconds, IN_FLIGHT, measured.packets(), measured.wrong(), measured.shared());
            int memoryAfter = forwarder.residentMebibytes();
            awaitFiles(forwarder, filesBefore + SPARE_FILES);
            System.out.printf(
                    "open files: %,d before, %,d after; resident: %,d MiB before, %,d MiB after%n",
                    filesBefore, forwarder.openFiles(), memoryBefore, memoryAfter);
            ExactMarksTable.addExact("Soak: 1,024 marks, UDP", queries, measured);
            assertTrue(memoryAfter <= MOST_MEBIBYTES, () -> memoryAfter + " MiB are resident");
        }
    }

    private static void awaitFiles(Forwarder forwarder, int most) {
        try {
            Waiting.until(
                    Waiting.PATIENCE,
                    "sockets are closed",
                    () -> forwarder.openFiles() <= most && socketsToServers().isBlank());
        } catch (AssertionError e) {
            throw new AssertionError(
                    forwarder.openFiles() + " files are open, " + most + " were to be; sockets: " + socketsToServers()
                            + forwarder.log(),
                    e);
        }
    }

    private static String socketsToServers() {
        return LAB.exec(Host.GATEWAY, "ss", "-Huan", "dport", "=", "53").orFail();
    }

    /** The clients ask from new ports in each round, by turns over IPv4 and IPv6. */
    private static Crowd.Result ask(MarkedClients clients, int asked, int round) throws IOException {
        STUB.reset();
        STUB.plays(STUB.afterBetween(Duration.ofMillis(1), Duration.ofMillis(50), StubServer.ANSWER));
        Family family = Family.values()[asked / ROUND % 2];
        try (Crowd crowd = Crowd.of(LAB, clients.addresses(family), family.gateway())) {
            return crowd.ask(
                    round,
                    IN_FLIGHT,
                    question -> "q" + (asked + question) + ".m" + clients.markOfQuestion(question) + ".example");
        }
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
import org.waymark.lab.TcpCrowd;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.Waiting;

/** A new process does not send one mark's queries from a port that conntrack still knows with the mark of the process before. */
class RestartIT {
    private static final Duration SOON = Waiting.PATIENCE;
    private static final int CLIENTS = 43;
    private static final int QUERIES = 500 * CLIENTS;
    private static final int AFTERWARDS = 100 * CLIENTS;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    /** With 600 ports left to choose from, the second process meets many that the first has used, for another mark. */
    @ParameterizedTest
    @CsvSource({"false, IPV4", "false, IPV6", "true, IPV4", "true, IPV6"})
    void restartUnderLoadMixesNoMarks(boolean overTcp, Family family) throws Exception {
        MarkedClients clients = MarkedClients.with(32);
        MarkedClients exchanged = clients.exchanged();
        assertEquals(CLIENTS, clients.size());
        LAB.rules();
        clients.settleIn(LAB);
        STUB.reset();
        LAB.shell(Host.GATEWAY, "echo 1024-60399,61000-65535 > /proc/sys/net/ipv4/ip_local_reserved_ports");
        STUB.plays(STUB.afterBetween(Duration.ofMillis(1), Duration.ofMillis(20), StubServer.ANSWER));
        Setup setup = Setup.wildcard().servers(family.upstream(53));
        try (TruthMeter meter = TruthMeter.on(LAB)) {
            try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                    Crowd crowd = crowd(family, clients)) {
                Thread load = new Thread(() -> ask(overTcp, family, crowd, clients, QUERIES), "load");
                load.start();
                Waiting.until(SOON, "the load is on", () -> STUB.seen().size() > 1000);
                forwarder.terminate();
                forwarder.awaitExit(SOON);
                assertTrue(STUB.seen().size() < QUERIES, "it was stopped under load");
                // Nobody must ask for the old marks when the new ones count.
                crowd.stop();
                load.join();
            }
            exchanged.settleIn(LAB);
            try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                    Crowd crowd = crowd(family, exchanged)) {
                assertEquals(
                        new Crowd.Result(AFTERWARDS, 0, List.of()),
                        ask(overTcp, family, crowd, exchanged, AFTERWARDS),
                        forwarder::log);
                Measurement measured = meter.measurement();
                measured.assertExact(AFTERWARDS + 1000);
                ExactMarksTable.add(
                        Forwarders.WAYMARK,
                        "Restart: 32 marks, exchanged among the clients, " + (overTcp ? "TCP, " : "UDP, ") + family,
                        measured.queries(),
                        measured.packets(),
                        measured.wrong());
            }
        }
    }

    private static Crowd crowd(Family family, MarkedClients clients) {
        return Crowd.of(LAB, clients.addresses(family), family.gateway());
    }

    private static Crowd.Result ask(boolean overTcp, Family family, Crowd crowd, MarkedClients clients, int queries) {
        IntFunction<String> names = clients.ownNames();
        return overTcp
                ? TcpCrowd.of(LAB, clients.addresses(family), family.gateway()).ask(queries / CLIENTS, CLIENTS, names)
                : crowd.ask(queries, 100, names);
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.Waiting;
import org.waymark.lab.Web;

/** The memory that Waymark has resident is what docs/measurements.md says. */
class MemoryIT {
    /** Java 25, which has an archive of its own kind, takes more. */
    private static final int MORE_MEBIBYTES =
            Files.exists(Path.of(System.getProperty("waymark.home"), "lib", "waymark.aot")) ? 6 : 0;

    private static final int IDLE_MEBIBYTES = 86 + MORE_MEBIBYTES;
    private static final int LOADED_MEBIBYTES = 105 + MORE_MEBIBYTES;
    private static final int AFTERWARDS_MEBIBYTES = 95 + MORE_MEBIBYTES;

    /** With what the compilers need meanwhile. */
    private static final int RELOADED_MEBIBYTES = 120;

    private static final int QUERIES = 100_000;
    private static final int RELOADS = 60;

    /** What the compilers needed is given back every five seconds. */
    private static final Duration PATIENCE = Waiting.PATIENCE;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @TempDir
    private Path folder;

    @Test
    void residentMemoryStaysSmall() throws IOException {
        MarkedClients clients = MarkedClients.with(32);
        clients.settleIn(LAB);
        Setup setup = Setup.wildcard()
                .servers(Family.IPV4.upstream(53))
                .with("control", "socket = \"" + folder.resolve("control") + "\"")
                .with("metrics", "listen = \"" + Web.ADDRESS + "\"");
        try (Forwarder forwarder = Forwarders.startWithWholeJava(LAB, setup);
                Crowd crowd = Crowd.of(LAB, clients.addresses(Family.IPV4), Family.IPV4.gateway())) {
            awaitResident(forwarder, "idle", IDLE_MEBIBYTES);
            assertEquals(
                    new Crowd.Result(QUERIES, 0, List.of()),
                    crowd.ask(QUERIES, 200, number -> "q" + number + ".example"),
                    forwarder::log);
            awaitResident(forwarder, "after " + QUERIES + " queries of 32 marks", LOADED_MEBIBYTES);
            awaitResident(forwarder, "when the compilers have given back theirs", AFTERWARDS_MEBIBYTES);
        }
    }

    /** What a listener had is not kept for others: before, 60 reloads took more than a hundred MiB. */
    @Test
    void reloadsLeaveNoMemoryBehind() {
        try (ReloadedWaymark waymark = ReloadedWaymark.start(LAB, listeningOn(Family.IPV4.gateway()))) {
            for (int i = 0; i < RELOADS / 2; i++) {
                waymark.reload(listeningOn(Family.IPV4.secondGateway()));
                waymark.reload(listeningOn(Family.IPV4.gateway()));
            }
            int resident = waymark.process().residentMebibytes();
            System.out.printf("Resident after %d reloads: %d MiB%n", RELOADS, resident);
            assertTrue(resident <= RELOADED_MEBIBYTES, resident + " MiB are resident after " + RELOADS + " reloads");
        }
    }

    private static Setup listeningOn(InetSocketAddress address) {
        return Setup.listeningOn(address).servers(Family.IPV4.upstream(53));
    }

    private static void awaitResident(Forwarder forwarder, String when, int most) {
        Waiting.until(
                PATIENCE,
                when + ", " + most + " MiB are resident at most",
                () -> forwarder.residentMebibytes() <= most);
        System.out.printf("Resident %s: %d MiB%n", when, forwarder.residentMebibytes());
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.NotifySocket;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** systemd, which starts the service with Type=notify, is told when it answers and when it stops. */
class SystemdIT {
    private static final Duration SOON = Waiting.PATIENCE;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @Test
    void isToldThatItAnswersAndThatItStops(@TempDir Path directory) {
        Path path = directory.resolve("notify");
        byte[] query = Query.of("www.example", Query.A).bytes(1);
        try (NotifySocket systemd = NotifySocket.at(path);
                Forwarder forwarder = Forwarders.startWaymark(
                        LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)), "env", "NOTIFY_SOCKET=" + path);
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            assertEquals("READY=1", systemd.next(SOON), forwarder::log);
            assertArrayEquals(
                    Message.answerTo(query),
                    client.ask(query, Family.IPV4.gateway()).bytes());
            forwarder.terminate();
            assertEquals("STOPPING=1", systemd.next(SOON), forwarder::log);
            assertEquals(0, forwarder.awaitExit(SOON), forwarder::log);
            assertNull(systemd.next(Duration.ZERO));
        }
    }

    @Test
    void isToldHowItIsDoing(@TempDir Path directory) {
        Path path = directory.resolve("notify");
        try (NotifySocket systemd = NotifySocket.at(path);
                Forwarder forwarder = Forwarders.startWaymark(
                        LAB,
                        Setup.wildcard().servers(Family.IPV4.upstream(54)).tries("100ms", 3),
                        "env",
                        "NOTIFY_SOCKET=" + path);
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            client.ask(Query.of("www.example", Query.A).bytes(1), Family.IPV4.gateway());
            assertNotNull(
                    systemd.next(
                            SOON,
                            line -> line.matches(
                                    "STATUS=0 queries a second; down: 10\\.99\\.0\\.54:53; [1-9] warnings?: see waymark status")),
                    forwarder::log);
        }
    }

    /** Which the journal takes for a line's priority (man 3 sd-daemon), and nobody else wants to see. */
    @Test
    void journalIsToldHowImportantEachLineIs() {
        String journal = "JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2) NOTIFY_SOCKET=/nonexistent exec \"$@\"";
        try (Forwarder forwarder = Forwarders.startWaymark(
                LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)), "sh", "-c", journal, "sh")) {
            Waiting.until(SOON, "a warning", () -> forwarder.log().contains("<4>WARN can't notify systemd"));
            assertTrue(forwarder.log().lines().allMatch(line -> line.matches("<4>WARN .*|<6>INFO .*")), forwarder::log);
        }
    }

    @Test
    void startTellsWhatRuns() {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            String line =
                    "INFO Waymark answers on 0\\.0\\.0\\.0:53, \\[::]:53 with \\d+ workers: version \\d\\S*, /\\S+\\.conf;"
                            + " servers of default: 10\\.99\\.0\\.53:53; marks from conntrack, by Waymark's own table";
            assertTrue(forwarder.log().lines().anyMatch(each -> each.matches(line)), forwarder::log);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nonexistent/notify", "@nobody", "vsock:2:1234"})
    void queriesAreAnsweredAlsoIfItCanNotBeTold(String socket) {
        byte[] query = Query.of("www.example", Query.A).bytes(1);
        try (Forwarder forwarder = Forwarders.startWaymark(
                        LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)), "env", "NOTIFY_SOCKET=" + socket);
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            assertArrayEquals(
                    Message.answerTo(query),
                    client.ask(query, Family.IPV4.gateway()).bytes(),
                    forwarder::log);
            Waiting.until(SOON, "the log says so", () -> forwarder.log().contains("WARN can't notify systemd: "));
        }
    }
}

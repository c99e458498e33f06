package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.control.ControlException;
import org.waymark.lab.FailingCalls;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.Query;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;

/** A file that does not answer, as on a network file system whose server is gone, holds up one reload, and that not for long. */
class HangingFilesIT {
    private static final String TOO_LONG =
            ": reading it takes longer than 10 s (is it on a network file system whose server is gone?)";
    private static final AtomicInteger NAMES = new AtomicInteger();

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV4.upstream(54));

    @AutoClose
    private static final ReloadedWaymark WAYMARK = ReloadedWaymark.start(LAB, setup(53));

    @BeforeEach
    void beginAnew() {
        WAYMARK.reload(setup(53));
    }

    private static Setup setup(int server) {
        return Setup.wildcard().servers(Family.IPV4.upstream(server)).tries("1s", 3);
    }

    private static InetSocketAddress serverInUse() {
        String name = "n" + NAMES.incrementAndGet() + ".example";
        ask(name);
        return STUB.seen(name).get(0).at();
    }

    private static void ask(String name) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(137))) {
            udp.ask(Query.of(name, Query.A).bytes(1), Family.IPV4.gateway());
        }
    }

    @Test
    void aReloadSaysWhichFileDoesNotAnswerAndTheNextOneWorks() throws ControlException {
        WAYMARK.write(setup(54));
        FailingCalls.whileOpeningHangs(WAYMARK.process(), WAYMARK.file(), () -> {
            String refusal =
                    assertThrows(ControlException.class, WAYMARK::reload).getMessage();

            assertEquals("nothing has changed:\n" + WAYMARK.file() + TOO_LONG, refusal);
            assertEquals(Family.IPV4.upstream(53), serverInUse());
        });

        WAYMARK.reload();
        assertEquals(Family.IPV4.upstream(54), serverInUse());
    }

    @Test
    void aHostsFileThatDoesNotAnswerStaysAsItWas() throws IOException {
        Path hosts = Files.writeString(WAYMARK.file().resolveSibling("hosts"), "192.0.2.9 local.example\n");
        String line = "hosts = [\"" + hosts + "\"]";
        WAYMARK.reload(setup(53).with("local", line));
        FailingCalls.whileOpeningHangs(WAYMARK.process(), hosts, () -> {
            WAYMARK.reload(setup(54).with("local", line));

            assertTrue(WAYMARK.log().contains("WARN " + hosts + TOO_LONG), WAYMARK::log);
            assertEquals(Family.IPV4.upstream(54), serverInUse());
            ask("local.example");
            assertEquals(List.of(), STUB.seen("local.example"));
        });
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.waymark.control.ControlException;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;

/** Whoever asks for a reload is told what is wrong, which then changes nothing, and what is not in force. */
class ReloadAnswersIT {
    private static final int MARKED = 137;
    private static final InetSocketAddress ASKED = Family.IPV4.gateway();
    private static final InetSocketAddress OTHER = Family.IPV4.secondGateway();

    @RegisterExtension
    private static final ReloadLab RELOADED = new ReloadLab();

    private static final Lab LAB = RELOADED.lab();
    private static final ReloadedWaymark WAYMARK = RELOADED.waymark();

    @Test
    void addressThatCannotBeBoundChangesNothing() {
        InetSocketAddress taken = new InetSocketAddress(ASKED.getAddress(), 5353);
        try (StubServer other = StubServer.on(LAB, Host.GATEWAY, taken)) {
            WAYMARK.write(Setup.listeningOn(ASKED, OTHER, taken)
                    .servers(Family.IPV4.upstream(54))
                    .with("mark", "mask = 0xf"));
            String refusal =
                    assertThrows(ControlException.class, WAYMARK::reload).getMessage();

            assertTrue(refusal.startsWith("nothing has changed:\ncan't listen on 192.168.111.1:5353: "), refusal);
            assertEquals(Family.IPV4.upstream(53), RELOADED.serverOf(MARKED));
            assertEquals(Set.of((long) MARKED), RELOADED.marksOf(MARKED));
            assertEquals(List.of(), other.seen());
        }
    }

    @Test
    void badFileChangesNothingAndTheCommandSaysWhy() {
        WAYMARK.write("[mark]\nmsk = 1\n[[upstream]]\nservers = [\"10.99.0.54\"]\n[control]\nsocket = \""
                + WAYMARK.socket() + "\"\n");

        Lab.Outcome refused = reloadByCommand();

        String fault = WAYMARK.file() + ":2:1: mark.msk: is unknown (did you mean mask?)";
        assertEquals(1, refused.status());
        assertEquals("waymark: nothing has changed:\n" + fault + "\n", refused.errors());
        assertTrue(WAYMARK.log().contains("ERROR reload: nothing has changed: " + fault), WAYMARK::log);
        assertEquals(Family.IPV4.upstream(53), RELOADED.serverOf(MARKED));

        WAYMARK.write(RELOADED.setup());
        Lab.Outcome done = reloadByCommand();
        assertEquals(0, done.status(), done::errors);
        assertTrue(done.output().startsWith("reloaded: answers on 0.0.0.0:53, [::]:53; servers of default: 10."));
    }

    private static Lab.Outcome reloadByCommand() {
        return LAB.exec(
                Host.GATEWAY,
                Forwarders.LAUNCHER,
                "reload",
                "--config",
                WAYMARK.file().toString());
    }

    @Test
    void pipeAmongTheFilesIsRefusedAndHoldsUpNothing() throws IOException {
        Path folder = Files.createDirectory(WAYMARK.file().resolveSibling("waymark.d"));
        Path pipe = folder.resolve("pipe.toml");
        LAB.shell(Host.GATEWAY, "mkfifo " + pipe);

        Lab.Outcome refused = reloadByCommand();

        assertEquals(1, refused.status());
        assertEquals(
                "waymark: nothing has changed:\n" + pipe
                        + ": is a pipe, a device or a socket; a drop-in must be a regular file\n",
                refused.errors());
        Files.delete(pipe);
        Files.delete(folder);
        WAYMARK.reload(RELOADED.setup());
    }

    @Test
    void addressThatThisHostDoesNotHaveAndAWebServerThatCannotListenAreNoted() throws ControlException {
        InetSocketAddress absent = new InetSocketAddress("192.0.2.99", 53);
        WAYMARK.write(Setup.listeningOn(ASKED, absent)
                .servers(Family.IPV4.upstream(53))
                .with("metrics", "listen = \"192.168.111.1:53\""));
        for (int i = 0; i < 2; i++) {
            Object notes = WAYMARK.reload().get("notes");
            String log = WAYMARK.log();
            assertEquals(
                    List.of(
                            "no interface of this host has the address 192.0.2.99 (listen.addresses): queries to it are"
                                    + " answered as soon as one has",
                            "can't show metrics on 192.168.111.1:53: waymark (process "
                                    + WAYMARK.process().pid()
                                    + ") has 192.168.111.1:53; set another address in metrics.listen, or \"\" for none"),
                    notes);
            ((List<?>) notes).forEach(note -> assertTrue(log.contains("WARN " + note), WAYMARK::log));
        }
    }

    @Test
    void whatNeedsARestartIsNamed() throws ControlException {
        WAYMARK.write(RELOADED.setup()
                .with("control", "socket = \"/run/waymark-elsewhere\"")
                .toml());
        var answer = WAYMARK.reload();

        assertEquals(List.of("control.socket: needs a restart"), answer.get("notes"));
        assertTrue(WAYMARK.log().contains("WARN control.socket: needs a restart"), WAYMARK::log);
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.ControlSocketClient;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** The commands that speak to a running Waymark, for people and for programs, and who may use them. */
class CommandsIT {
    /** The user and group that the tests run Waymark as; and another one. */
    private static final int OWN = 64_053;

    private static final int STRANGER = 64_054;

    @TempDir
    private static Path folder;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @AutoClose
    private static Forwarder waymark;

    private static Path socket;

    @BeforeAll
    static void start() throws IOException {
        socket = folder.resolve("run/control");
        Files.setAttribute(Files.createDirectory(socket.getParent()), "unix:uid", OWN);
        STUB.plays(StubServer.ANSWER);
        waymark = Forwarders.startAsItsUser(
                LAB,
                Setup.wildcard()
                        .servers(Family.IPV4.upstream(53))
                        .with("control", "socket = \"" + socket + "\"")
                        .append("""
                                [[upstream]]
                                name = "dead"
                                servers = ["10.99.0.55"]
                                timeout = "100ms"
                                [[domain]]
                                name = "dead.example"
                                upstream = "dead"
                                [[policy]]
                                mark = 137
                                set-mark = "0x100/0x100"
                                """));
    }

    private static Lab.Outcome run(String... command) {
        List<String> words = new ArrayList<>(List.of(Forwarders.LAUNCHER));
        words.addAll(List.of(command));
        words.addAll(List.of("--socket", socket.toString()));
        return LAB.exec(Host.GATEWAY, words.toArray(String[]::new));
    }

    private static Map<String, Object> json(String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of(command));
        words.add("--json");
        return JSON.std.mapFrom(run(words.toArray(String[]::new)).orFail());
    }

    private static void ask(int client, String name) {
        InetAddress address = Family.IPV4.client(client);
        try (UdpClient udp = UdpClient.from(LAB, address)) {
            udp.ask(Query.of(name, Query.A).bytes(1), Family.IPV4.gateway());
        }
    }

    private static void assertLine(String regex, String text) {
        assertTrue(text.lines().anyMatch(line -> line.matches(regex)), () -> regex + "\n" + text);
    }

    @Test
    void statusTellsHowItIsDoing() throws IOException {
        ask(137, "status.example");
        ask(150, "status.example");
        ask(137, "status.dead.example");
        Waiting.until(Waiting.PATIENCE, "the warning", () -> waymark.log()
                .contains("WARN server 10.99.0.55:53 refuses with mark 0x189 (393)"));

        String text = run("status").orFail();
        assertLine("Waymark, version .*, for \\d+ .*\\(since [-0-9]+ [:0-9]+\\), process " + waymark.pid(), text);
        assertLine("configuration  /.*\\.conf", text);
        assertLine("listening on   0\\.0\\.0\\.0:53, \\[::\\]:53, with \\d+ workers?", text);
        assertLine("queries        \\d+; [.\\d]+ a second now, [.\\d]+ over the last minute", text);
        assertLine("in flight      0 queries, 0 questions to servers", text);
        assertLine("marks seen     [12]", text);
        assertLine("SERVER +STATE +TRIES +ANSWERS +TIMEOUTS +ERRORS +ROUND TRIP", text);
        assertLine("10\\.99\\.0\\.53:53 +up +\\d+ +\\d+ +0 +0 +[.\\d]+ ms", text);
        assertLine("10\\.99\\.0\\.55:53 +down +\\d+ +0 +0 +\\d+ +-", text);
        assertLine("  server 10\\.99\\.0\\.55:53 refuses with mark 0x189 \\(393\\): nobody listens there", text);

        Map<String, Object> status = json("status");
        assertEquals((int) waymark.pid(), status.get("process"));
        assertEquals(List.of("0.0.0.0:53", "[::]:53"), status.get("listening"));
        assertTrue(((Number) status.get("queries")).longValue() >= 3, status::toString);
    }

    @Test
    void statsTellTheFigures() throws IOException {
        ask(137, "stats.example");
        ask(150, "localhost");

        String all = run("stats").orFail();
        assertLine(" *TOTAL  PER SECOND  WHAT", all);
        assertLine(" *\\d+ +[.\\d]+  queries over UDP and IPv4", all);
        assertLine("mean time to respond: .* m?s", all);
        assertLine("per second: over the last .*", all);
        assertLine(
                "0x89 \\(137\\) +\\d+ +[.\\d]+ +0 +\\d+ +\\d+ +[.\\d]+ [KM]?i?B",
                run("stats", "--by", "mark").orFail());
        assertLine("10\\.99\\.0\\.53:53 .*", run("stats", "--by", "server").orFail());
        assertLine(
                "192\\.168\\.111\\.137 +\\d+ +[.\\d]+ +\\d+",
                run("stats", "--by", "client").orFail());
        assertLine("NOERROR +\\d+ +[.\\d]+", run("stats", "--by", "rcode").orFail());

        Map<String, Object> marks = json("stats", "--by", "mark", "--most", "1");
        assertEquals(1, ((List<?>) marks.get("rows")).size());
        assertTrue(marks.containsKey("other_marks"), marks::toString);
        Lab.Outcome wrong = run("stats", "--by", "moon");
        assertEquals(1, wrong.status());
        assertEquals("waymark: by: \"moon\" is unknown (allowed: mark, server, client, rcode)\n", wrong.errors());
    }

    @Test
    void flushForgetsTheServersThatAreDownAndClosesIdleSockets() throws IOException {
        ask(137, "flush.example");
        ask(150, "flush.dead.example");

        Map<String, Object> first = json("flush");
        assertTrue((int) first.get("round_trip_times_forgotten") > 0, first::toString);
        assertTrue((int) first.get("downs_forgotten") > 0, first::toString);
        assertEquals(
                "removed 0 answers from the cache; closed 0 idle sockets and connections to servers; forgot 0 round-trip times, and in 0 cases that a"
                        + " server was down (each mark, server and worker counts)\n",
                run("flush").orFail());
        assertTrue(run("status").orFail().contains("not asked lately"));
        ask(137, "after.example");
    }

    @Test
    void theLevelOfTheLogChangesAtOnce() {
        assertEquals("logs from now on: warn\n", run("log", "warn").orFail());
        Lab.Outcome wrong = run("log", "loud");
        assertEquals("waymark: level: \"loud\" is not a level (allowed: error, warn, info, debug)\n", wrong.errors());
        assertEquals("logs from now on: info\n", run("log", "info").orFail());
    }

    @Test
    void aProgramSpeaksToTheSocketByItself() throws IOException {
        try (ControlSocketClient program = ControlSocketClient.connect(socket)) {
            assertTrue(program.send("{\"command\":\"status\"}\n").read().containsKey("ok"));
            assertEquals(
                    Map.of("error", "the argument \"x\" is unknown (allowed: name, below, mark, group)"),
                    program.send("{\"command\":\"flush\",\"x\":1}\n").read());
        }
    }

    @Test
    void theKernelKeepsOthersOut() throws IOException {
        assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        Lab.Outcome member = as(STRANGER, OWN);
        assertEquals(0, member.status(), member::errors);
        Lab.Outcome stranger = as(STRANGER, STRANGER);
        assertEquals(1, stranger.status());
        assertEquals(
                "waymark: this user may not use " + socket
                        + ": run the command as root, or be in the group that owns the socket\n",
                stranger.errors());
    }

    /** Runs a command as another user, who may read and search everything, since the build's files may be anywhere. */
    private static Lab.Outcome as(int user, int group) {
        String capabilities = "-all,+dac_read_search";
        return LAB.exec(
                Host.GATEWAY,
                "setpriv",
                "--reuid=" + user,
                "--regid=" + group,
                "--clear-groups",
                "--inh-caps=" + capabilities,
                "--ambient-caps=" + capabilities,
                "--bounding-set=" + capabilities,
                Forwarders.LAUNCHER,
                "status",
                "--socket",
                socket.toString());
    }

    @Test
    void theSocketIsFoundThroughTheConfigurationEvenIfSomethingElseIsWrongWithIt() throws IOException {
        Path file = Files.writeString(
                folder.resolve("faulty.toml"), "nonsense = 1\n[control]\nsocket = \"" + socket + "\"\n");
        assertTrue(LAB.exec(Host.GATEWAY, Forwarders.LAUNCHER, "flush", "--config", file.toString())
                .orFail()
                .startsWith("removed "));
        Lab.Outcome refused = LAB.exec(Host.GATEWAY, Forwarders.LAUNCHER, "reload", "--config", file.toString());
        assertEquals(1, refused.status());
        assertTrue(
                refused.errors().contains("nothing has changed: the Waymark at this control socket runs by ")
                        && refused.errors().contains(", not by " + file + "; name the socket of the other one"),
                refused::errors);
        Lab.Outcome absent = LAB.exec(Host.GATEWAY, Forwarders.LAUNCHER, "status", "--socket", folder + "/nowhere");
        assertEquals(1, absent.status());
        assertEquals(
                "waymark: there is no socket " + folder
                        + "/nowhere: Waymark is not running, or its control.socket names another (--socket)\n",
                absent.errors());
    }

    @Test
    void anotherWaymarkRunsWithoutTheSocketAndSaysSo() {
        try (Lab lab = Lab.up();
                Forwarder second = Forwarders.WAYMARK.start(
                        lab,
                        Setup.wildcard()
                                .servers(Family.IPV4.upstream(53))
                                .with("control", "socket = \"" + socket + "\""))) {
            assertTrue(
                    second.log()
                            .contains("WARN can't make the control socket " + socket
                                    + ": another Waymark is running and listens on it; commands such as waymark status"
                                    + " can't reach this Waymark (control.socket)"),
                    second::log);
        }
        assertTrue(run("status").orFail().contains("process " + waymark.pid()));
        assertFalse(waymark.ownFaults().iterator().hasNext(), waymark::log);
    }
}

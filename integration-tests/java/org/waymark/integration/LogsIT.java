package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.Dnstap;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Query;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** The log as programs read it, and as it changes while Waymark runs. */
class LogsIT {
    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @Test
    void everyLineIsAnObjectForPrograms() {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(
                LAB,
                setup().with("log", "format = \"json\"")
                        .with("log", "queries = true")
                        .append("""
                        [[policy]]
                        mark = 0x89
                        set-mark = "0x100/0x100"
                        [[policy]]
                        mark = 0
                        action = "refuse"
                        """))) {
            ask(137, "marked.example");
            ask(150, "unmarked.example");
            forwarder.terminate();
            forwarder.awaitExit(Waiting.PATIENCE);
            List<Map<String, Object>> lines =
                    forwarder.log().lines().map(LogsIT::object).toList();
            assertTrue(lines.stream().allMatch(line -> line.keySet().containsAll(List.of("time", "level", "message"))));
            Map<String, Object> marked = lineOf(lines, "marked.example.");
            int port = STUB.seen("marked.example").get(0).from().getPort();
            assertEquals(
                    Map.of(
                            "transport",
                            "udp",
                            "type",
                            "A",
                            "mark",
                            137,
                            "policy",
                            1,
                            "outgoing_mark",
                            393,
                            "rcode",
                            "NOERROR"),
                    only(marked, "transport", "type", "mark", "policy", "outgoing_mark", "rcode"));
            assertEquals(Map.of("server", "10.99.0.53:53", "source_port", port), only(marked, "server", "source_port"));
            assertTrue(((String) marked.get("client")).matches("192\\.168\\.111\\.137:\\d+"), marked::toString);
            assertTrue(((Number) marked.get("ms")).doubleValue() > 0, marked::toString);
            Map<String, Object> refused = lineOf(lines, "unmarked.example.");
            assertEquals(
                    Map.of("mark", 0, "policy", 2, "rcode", "REFUSED", "why", "refused: [[policy]] 2"),
                    only(refused, "mark", "policy", "rcode", "why"));
            assertFalse(refused.containsKey("outgoing_mark"));
        }
    }

    /** The journal takes the number in front off, so that programs that read it there get an object, too. */
    @Test
    void objectsHaveTheirPriorityInTheJournal() {
        String journal = "JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2) NOTIFY_SOCKET=/nonexistent exec \"$@\"";
        try (Forwarder forwarder =
                Forwarders.startWaymark(LAB, setup().with("log", "format = \"json\""), "sh", "-c", journal, "sh")) {
            Waiting.until(Waiting.PATIENCE, "a warning", () -> forwarder.log().contains("can't notify systemd"));
            assertTrue(
                    forwarder
                            .log()
                            .lines()
                            .allMatch(line ->
                                    line.matches("<4>\\{.*\"level\":\"WARN\".*}|<6>\\{.*\"level\":\"INFO\".*}")),
                    forwarder::log);
        }
    }

    @Test
    void formatQueriesAndDnstapChangeWithAReload(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("tap");
        Path moved = folder.resolve("moved");
        Setup recording = setup().with("log", "format = \"json\"")
                .with("log", "queries = true")
                .with("log", "dnstap = \"file:" + file + "\"");
        try (ReloadedWaymark waymark = ReloadedWaymark.start(LAB, setup())) {
            ask(137, "before.example");
            waymark.reload(recording);
            ask(137, "first.example");
            Waiting.until(Waiting.PATIENCE, "it is recorded", () -> has(file, "first"));
            Files.move(file, moved);
            waymark.reload();
            ask(137, "second.example");
            waymark.reload(setup());
            ask(137, "after.example");
            assertEquals(List.of("first.example."), names(moved));
            assertEquals(List.of("second.example."), names(file));
            assertEquals(
                    List.of("first.example.", "second.example."),
                    waymark.log()
                            .lines()
                            .filter(line -> line.contains(" asks "))
                            .map(line -> (String) object(line).get("name"))
                            .toList());
        }
    }

    private static boolean has(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(Path file) {
        return Dnstap.read(file).stream()
                .map(message -> message.get("question").split("\t")[0])
                .distinct()
                .toList();
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53)).tries("20s", 1);
    }

    private static void ask(int client, String name) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(client))) {
            udp.ask(Query.of(name, Query.A).bytes(1), Family.IPV4.gateway());
        }
    }

    private static Map<String, Object> object(String line) {
        try {
            return JSON.std.mapFrom(line);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    private static Map<String, Object> lineOf(List<Map<String, Object>> lines, String name) {
        return lines.stream()
                .filter(line -> name.equals(line.get("name")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> only(Map<String, Object> line, String... keys) {
        Map<String, Object> some = new HashMap<>(line);
        some.keySet().retainAll(List.of(keys));
        return some;
    }
}

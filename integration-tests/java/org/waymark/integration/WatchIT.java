package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.ControlSocketClient;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Measurement;
import org.waymark.lab.Nsd;
import org.waymark.lab.Query;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.Setup;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** What {@code waymark watch} shows is what happens, and watching costs no query. */
@Timeout(120)
class WatchIT {
    private static final String ZONE =
            "$ORIGIN example.\n@ 60 SOA ns.example. mail.example. 1 2 3 4 5\n@ 60 NS ns.example.\n* 60 TXT here\n";

    @TempDir
    private static Path folder;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final Nsd NSD = Nsd.start(LAB, Family.IPV4.upstream(53), Map.of("example", ZONE));

    private static Forwarder start(Path socket) {
        return Forwarders.WAYMARK.start(
                LAB,
                Setup.wildcard()
                        .servers(Family.IPV4.upstream(53))
                        .with("control", "socket = \"" + socket + "\"")
                        .append("""
                                [[policy]]
                                mark = 0
                                action = "refuse"
                                [[policy]]
                                mark = "0x89/0xff"
                                set-mark = "0x100/0x100"
                                """));
    }

    private static ControlSocketClient watch(Path socket, String arguments) throws IOException {
        ControlSocketClient watcher = ControlSocketClient.connect(socket);
        assertEquals(
                Map.of("ok", Map.of()),
                watcher.send("{\"command\":\"watch\"" + arguments + "}\n").read());
        return watcher;
    }

    @Test
    void theMarksThatItShowsAreThoseThatTheKernelSees() throws IOException {
        Path socket = folder.resolve("marks");
        LAB.rules("--many");
        int queries = 3_000;
        try (Forwarder waymark = start(socket);
                TruthMeter meter = TruthMeter.on(LAB);
                ControlSocketClient watcher = watch(socket, "")) {
            ToldQueries seen = new ToldQueries(watcher);
            RecipeClients.askOverUdp(LAB, Family.IPV4.gateway(), queries, 5, number -> "w" + number + ".example");
            seen.await(queries);
            Measurement measured = meter.measurement();
            Map<String, Map<Long, Integer>> shown = new HashMap<>();
            seen.events().stream()
                    .filter(event -> event.containsKey("server"))
                    .forEach(event -> shown.put(
                            event.get("name").toString().replaceFirst("\\.$", ""),
                            Map.of(((Number) event.get("outgoing_mark")).longValue(), 1)));
            assertTrue(shown.size() > queries / 10, () -> seen.lost() + " left out");
            Map<String, Map<Long, Integer>> kernels = new HashMap<>(measured.marksOfNames());
            kernels.keySet().retainAll(shown.keySet());
            assertEquals(kernels, shown);
            assertTrue(seen.events().stream().allMatch(WatchIT::hasTheMarkOfItsClient), waymark::log);
        }
    }

    private static boolean hasTheMarkOfItsClient(Map<?, ?> event) {
        Matcher client = Pattern.compile("192\\.168\\.111\\.(\\d+):\\d+").matcher((String) event.get("client"));
        return client.matches()
                && RecipeClients.markOf(Integer.parseInt(client.group(1))) == ((Number) event.get("mark")).longValue();
    }

    @Test
    void underLoadNoQueryIsLostAndWhatIsLeftOutIsTold() throws IOException {
        Path socket = folder.resolve("load");
        LAB.rules();
        Path names = Files.writeString(folder.resolve("names"), names());
        try (Forwarder waymark = start(socket);
                ControlSocketClient watcher = watch(socket, "");
                ControlSocketClient unread = watch(socket, "")) {
            ToldQueries seen = new ToldQueries(watcher);
            String told = LAB.exec(
                            Host.CLIENT,
                            "dnsperf",
                            "-s",
                            Family.IPV4.gateway().getAddress().getHostAddress(),
                            "-a",
                            Family.IPV4.client(137).getHostAddress(),
                            "-d",
                            names.toString(),
                            "-Q",
                            "20000",
                            "-l",
                            "4",
                            "-c",
                            "32")
                    .orFail();
            long completed = number(told, "Queries completed:\\s+(\\d+)");
            assertEquals(0, number(told, "Queries lost:\\s+(\\d+)"), told);
            seen.await(completed);
            assertTrue(seen.events().size() > 100, told);
            assertTrue(unread.read().containsKey("event"));
            assertEquals(List.of(), waymark.ownFaults());
            assertTrue(
                    seen.events().stream()
                            .allMatch(event -> ((Number) event.get("outgoing_mark")).longValue() == 0x189),
                    waymark::log);
        }
    }

    private static String names() {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            names.append("l").append(i).append(".example TXT\n");
        }
        return names.toString();
    }

    private static long number(String text, String regex) {
        Matcher matcher = Pattern.compile(regex).matcher(text);
        assertTrue(matcher.find(), text);
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void itShowsOnlyWhatIsWantedInAlignedColumns() throws Exception {
        Path socket = folder.resolve("filters");
        LAB.rules();
        Path output = folder.resolve("output");
        try (Forwarder waymark = start(socket)) {
            Process command = LAB.command(
                            Host.GATEWAY,
                            Forwarders.LAUNCHER,
                            "watch",
                            "--socket",
                            socket.toString(),
                            "--name",
                            "wanted.example")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try (ControlSocketClient marked = watch(socket, ",\"mark\":137");
                    ControlSocketClient client = watch(socket, ",\"client\":\"192.168.111.150\"")) {
                // It has begun when it shows a query.
                Waiting.until(Waiting.PATIENCE, "the first line", () -> {
                    ask(137, "first.wanted.example");
                    return read(output).contains("first.wanted.example.");
                });
                ask(150, "other.example");
                ask(150, "refused.wanted.example");
                ask(137, "localhost");
                assertEquals("other.example.", event(client).get("name"));
                assertEquals("refused: [[policy]] 1", event(client).get("why"));
                for (Map<?, ?> event = event(marked); !event.get("name").equals("localhost."); event = event(marked)) {
                    assertEquals(137, event.get("mark"));
                }
                Waiting.until(
                        Waiting.PATIENCE, "the refusal", () -> read(output).contains("refused.wanted"));
            } finally {
                // As Ctrl-C, which a shell may have told the processes in its background to ignore.
                LAB.exec(Host.GATEWAY, "kill", "-TERM", Long.toString(command.pid()));
                assertTrue(command.waitFor(60, TimeUnit.SECONDS), "it does not end");
            }
            assertColumns(read(output).lines().toList());
            assertEquals(List.of(), waymark.ownFaults());
        }
    }

    private static void assertColumns(List<String> lines) {
        String heading = lines.get(0);
        assertTrue(
                heading.matches("TIME +CLIENT +OVER +NAME +TYPE +MARK IN +POLICY +MARK OUT +SERVER +PORT +RCODE +TOOK"
                        + " +WHY"),
                heading);
        for (String line : lines.subList(1, lines.size())) {
            assertEquals(heading.indexOf("TYPE"), line.indexOf(" A ") + 1, line);
            assertTrue(line.contains("wanted.example."), line);
        }
        assertTrue(
                lines.get(1)
                        .matches(
                                "[:\\d]+\\.\\d{3}  192\\.168\\.111\\.137:\\d+ +udp +first\\.wanted\\.example\\. +A +0x89 \\(137\\)"
                                        + " +2 +0x189 \\(393\\) +10\\.99\\.0\\.53:53 +\\d+ +NOERROR +[.\\d]+ ms"),
                lines.get(1));
        String last = lines.get(lines.size() - 1);
        assertTrue(
                last.matches(
                        "[:\\d]+\\.\\d{3}  192\\.168\\.111\\.150:\\d+ +udp +refused\\.wanted\\.example\\. +A +0x0 \\(0\\)"
                                + " +1 +- +- +- +REFUSED +.* +refused: \\[\\[policy\\]\\] 1"),
                last);
    }

    private static Map<?, ?> event(ControlSocketClient watcher) {
        return (Map<?, ?>) watcher.read().get("event");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void ask(int client, String name) {
        InetAddress address = Family.IPV4.client(client);
        try (UdpClient udp = UdpClient.from(LAB, address)) {
            udp.ask(Query.of(name, Query.A).bytes(1), Family.IPV4.gateway());
        }
    }

    @Test
    void jsonIsOneObjectALine() throws Exception {
        Path socket = folder.resolve("json");
        LAB.rules();
        try (Forwarder waymark = start(socket)) {
            Process command = LAB.command(
                            Host.GATEWAY, Forwarders.LAUNCHER, "watch", "--socket", socket.toString(), "--json")
                    .start();
            try (var lines = command.inputReader()) {
                Waiting.until(Waiting.PATIENCE, "a line", () -> {
                    ask(137, "json.example");
                    return command.isAlive() && isReady(lines);
                });
                Map<String, Object> event = JSON.std.mapFrom(lines.readLine());
                assertEquals("json.example.", event.get("name"));
                assertEquals(137, event.get("mark"));
                assertEquals(393, event.get("outgoing_mark"));
                assertEquals("10.99.0.53:53", event.get("server"));
            } finally {
                command.destroy();
            }
            assertEquals(List.of(), waymark.ownFaults());
        }
    }

    private static boolean isReady(java.io.BufferedReader lines) {
        try {
            return lines.ready();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

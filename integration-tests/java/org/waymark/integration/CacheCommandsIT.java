package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
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
import org.waymark.lab.Web;

/** What operators see of the cache, and how they steer it. What has left it is what the server is asked for again. */
class CacheCommandsIT {
    private static final int MARKED = 137;
    private static final int UNMARKED = 150;

    /** Name (compressed), type, class, TTL, length and address. */
    private static final int BYTES_OF_A_RECORD = 2 + 2 + 2 + 4 + 2 + 4;

    @TempDir
    private static Path folder;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV4.upstream(54));

    private static final Web WEB = new Web(LAB);

    private final Path socket = folder.resolve("control");
    private Forwarder waymark;

    @BeforeEach
    void start() {
        STUB.reset();
        waymark = Forwarders.WAYMARK.start(
                LAB,
                Setup.wildcard()
                        .servers(Family.IPV4.upstream(53))
                        .with("control", "socket = \"" + socket + "\"")
                        .with("cache", "size = \"1MiB\"")
                        .with("metrics", "listen = \"" + Web.ADDRESS + "\"")
                        .with("log", "queries = true")
                        .append("""
                                [[upstream]]
                                name = "corp"
                                servers = ["10.99.0.54"]
                                [[domain]]
                                name = "corp.example"
                                upstream = "corp"
                                """));
    }

    @AfterEach
    void stop() {
        waymark.close();
    }

    private static void ask(int client, String name) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(client))) {
            udp.ask(Query.of(name, Query.A).bytes(client), Family.IPV4.gateway());
        }
    }

    /** Asks for everything twice: the first time the server is asked, the second time it is not. */
    private static void fill(String... names) {
        for (String name : names) {
            for (int client : new int[] {MARKED, UNMARKED, MARKED, UNMARKED}) {
                ask(client, name);
            }
            assertEquals(2, STUB.seen(name).size(), name);
        }
    }

    /** Asks for a name once more; returns whether the answer was still there. */
    private static boolean has(int client, String name) {
        int before = STUB.seen(name).size();
        ask(client, name);
        return STUB.seen(name).size() == before;
    }

    private Lab.Outcome run(String... command) {
        List<String> words = new ArrayList<>(List.of(Forwarders.LAUNCHER));
        words.addAll(List.of(command));
        words.addAll(List.of("--socket", socket.toString()));
        return LAB.exec(Host.GATEWAY, words.toArray(String[]::new));
    }

    /** Asks as a program does, which is quicker: the name of the command and its arguments, as JSON without braces. */
    private Map<String, Object> send(String request) throws IOException {
        try (ControlSocketClient program = ControlSocketClient.connect(socket)) {
            return program.send("{\"command\":" + request + "}\n").read();
        }
    }

    private Map<?, ?> answer(String request) throws IOException {
        return (Map<?, ?>) send(request).get("ok");
    }

    private int removed(String conditions) throws IOException {
        return (int) answer("\"flush\"," + conditions).get("answers_removed");
    }

    private static void assertLine(String regex, String text) {
        assertTrue(text.lines().anyMatch(line -> line.matches(regex)), () -> regex + "\n" + text);
    }

    @Test
    void theCacheShowsWhichAnswersThereAreAndWhoSharesThem() throws IOException {
        fill("www.example", "a.corp.example");

        String all = run("cache").orFail();
        assertLine("4 answers in [.\\d]+ (KiB|B) of 1\\.0 MiB; has answered 4 of 8 queries \\(50\\.0 %\\)", all);
        assertLine("NAME +TYPE +GROUP +MARK +RCODE +AGE +LEFT +BYTES +ASKED WITH", all);
        assertLine("www\\.example\\. +A +default +0x89 \\(137\\) +NOERROR +\\d+ s +\\d+ .* +\\d+", all);
        assertLine("www\\.example\\. +A +default +0x0 \\(0\\) +NOERROR +\\d+ s +\\d+ .* +\\d+", all);
        assertLine("a\\.corp\\.example\\. +A +corp +0x89 \\(137\\) +NOERROR .*", all);
        assertTrue(run("cache", "--limit", "3").orFail().endsWith("\nand 1 more (--limit)\n"));

        List<?> below = (List<?>) answer("\"cache\",\"name\":\"corp.example\",\"below\":true,\"mark\":\"0x89\"")
                .get("rows");
        assertEquals(1, below.size(), below::toString);
        assertEquals("a.corp.example.", ((Map<?, ?>) below.get(0)).get("name"));
        String none = run("cache", "--name", "x.example", "--json").orFail();
        assertEquals(List.of(), JSON.std.mapFrom(none).get("rows"), none);
    }

    @Test
    void aFlushRemovesWhatItMeansAndNothingElse() throws IOException {
        fill("www.example", "a.corp.example", "corp.example", "other.example");

        assertEquals(
                "removed 1 answer from the cache\n",
                run("flush", "--name", "www.example", "--mark", "137").orFail());
        assertTrue(has(UNMARKED, "www.example"));
        assertFalse(has(MARKED, "www.example"));
        assertEquals(4, removed("\"name\":\"corp.example\",\"below\":true"));
        assertFalse(has(MARKED, "a.corp.example"));
        assertFalse(has(UNMARKED, "corp.example"));
        assertEquals(2, removed("\"group\":\"corp\""));
        assertTrue(has(MARKED, "other.example"));
        assertEquals(2, removed("\"mark\":0"));
        assertTrue(has(MARKED, "other.example"));
        assertFalse(has(UNMARKED, "other.example"));

        String everything = run("flush").orFail();
        assertTrue(everything.matches("removed 3 answers from the cache; closed \\d+ idle .*\n"), everything);
        assertFalse(has(MARKED, "other.example"));
    }

    @Test
    void wrongConditionsAreToldWithWhatIsKnownAndRemoveNothing() throws IOException {
        fill("www.example");

        Lab.Outcome below = run("flush", "--below");
        assertEquals(1, below.status());
        assertEquals("waymark: below: needs a name, whose names below are meant\n", below.errors());
        assertEquals(
                Map.of("error", "group: there is no group \"nsa\" (allowed: default, corp)"),
                send("\"flush\",\"group\":\"nsa\""));
        assertEquals(
                Map.of("error", "limit: \"0\" is not a number of rows (allowed: 1 to 1000)"),
                send("\"cache\",\"limit\":0"));
        assertTrue(has(MARKED, "www.example"));
    }

    @Test
    void hitsAndSavedBytesAreToldEverywhere() throws IOException {
        WEB.awaitOpen();
        try (ControlSocketClient watcher = ControlSocketClient.connect(socket)) {
            watcher.send("{\"command\":\"watch\",\"mark\":\"137\"}\n").read();
            fill("www.example");
            assertEquals("server", event(watcher).get("ended"));
            Map<?, ?> hit = event(watcher);
            assertEquals("cache", hit.get("ended"));
            assertEquals(137, hit.get("mark"));
        }
        int query = Query.of("www.example", Query.A).bytes(1).length;
        int answer = query + BYTES_OF_A_RECORD;

        assertLine(
                "cache +2 answers in [.\\d]+ B of 1\\.0 MiB; has answered 2 of 4 queries \\(50\\.0 %\\)",
                run("status").orFail());
        assertLine(
                "0x89 \\(137\\) +2 +[.\\d]+ +0 +0 +1 +" + (query + answer) + " B",
                run("stats", "--by", "mark").orFail());
        assertEquals(2, WEB.sum("waymark_answers_total", "source=\"cache\""));
        assertEquals(2, WEB.sum("waymark_cache_misses_total", ""));
        assertEquals(2, WEB.sum("waymark_cache_stored_total", ""));
        assertEquals(2, WEB.sum("waymark_cache_entries", ""));
        assertEquals(1 << 20, WEB.sum("waymark_cache_size_bytes", ""));
        assertEquals(1, WEB.sum("waymark_mark_cache_hits_total", "mark=\"0x89\""));
        assertEquals(query + answer, WEB.sum("waymark_mark_saved_bytes_total", "mark=\"0x89\""));
        awaitLog(log -> log.contains("mark 0x89 (137) asks www.example. A: answered from the cache"));
        waymark.terminate();
        awaitLog(log -> log.contains("; 2 answers given from the cache; 2 queries whose answer was not in the cache;"));
    }

    private static Map<?, ?> event(ControlSocketClient watcher) {
        return (Map<?, ?>) watcher.read().get("event");
    }

    private void awaitLog(Predicate<String> wanted) {
        Waiting.until(Waiting.PATIENCE, "the log says so", () -> wanted.test(waymark.log()));
    }
}

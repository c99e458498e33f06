package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.Conntrack;
import org.waymark.lab.Crowd;
import org.waymark.lab.Dnstap;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** With {@code log.dnstap}, Debian's readers of dnstap get every query and answer, with the marks that the kernel has. */
class DnstapIT {
    /** Four messages of some 150 bytes for each are more than wait in memory. */
    private static final int MANY = 20_000;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @TempDir
    private Path folder;

    @AfterEach
    void reset() {
        STUB.reset();
    }

    /** The server holds its answers back until the kernel has been asked, because Waymark lets it forget connections that are over. */
    @Test
    void aFileHasEveryMessageWithTheMarksOfTheKernel() {
        Path file = folder.resolve("messages");
        List<List<String>> expected = new ArrayList<>();
        CompletableFuture<Void> kernelWasAsked = new CompletableFuture<>();
        STUB.plays((query, line) -> kernelWasAsked.thenRun(() -> StubServer.ANSWER.play(query, line)));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup("file:" + file));
                UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(137));
                TcpClient tcp = TcpClient.connect(LAB, Family.IPV6.client(137), Family.IPV6.gateway());
                UdpClient unmarked = UdpClient.from(LAB, Family.IPV4.client(150))) {
            udp.send(Query.of("udp.example", Query.A).bytes(1), Family.IPV4.gateway());
            tcp.send(Query.of("tcp.example", Query.A).bytes(2));
            unmarked.ask(Query.of("unmarked.example", Query.A).bytes(3), Family.IPV4.gateway());
            Waiting.until(
                    Waiting.PATIENCE, "both are upstream", () -> STUB.seen().size() == 2);
            Conntrack table = LAB.conntrack();
            expected.addAll(messages(table, udp.localAddress(), Family.IPV4.gateway(), "udp.example", 1));
            expected.addAll(messages(table, tcp.localAddress(), Family.IPV6.gateway(), "tcp.example", 1));
            long mark = table.markOf(false, unmarked.localAddress(), Family.IPV4.gateway())
                    .orElseThrow();
            expected.add(ofClient(
                    "QUERY", unmarked.localAddress(), "unmarked.example", false, hex("mark", mark) + " policy=2"));
            expected.add(ofClient(
                    "RESPONSE", unmarked.localAddress(), "unmarked.example", false, hex("mark", mark) + " policy=2"));
            kernelWasAsked.complete(null);
            assertTrue(udp.receive(Waiting.PATIENCE).isPresent());
            assertTrue(tcp.receive(Waiting.PATIENCE).isPresent());
            forwarder.terminate();
            forwarder.awaitExit(Waiting.PATIENCE);
        }
        assertEquals(
                sorted(expected),
                sorted(Dnstap.read(file).stream().map(DnstapIT::summary).toList()));
    }

    private static List<List<String>> sorted(List<List<String>> summaries) {
        return summaries.stream()
                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                .toList();
    }

    /** The four messages of a query that a server answers, with the marks that the kernel has for its two connections. */
    private static List<List<String>> messages(
            Conntrack table, InetSocketAddress client, InetSocketAddress gateway, String name, int policy) {
        StubServer.Seen sent = STUB.seen(name).get(0);
        String out = hex("out", table.markOf(sent.tcp(), sent.from(), sent.at()).orElseThrow());
        String extra =
                hex("mark", table.markOf(sent.tcp(), client, gateway).orElseThrow()) + " " + out + " policy=" + policy;
        return List.of(
                ofClient("QUERY", client, name, sent.tcp(), extra),
                ofClient("RESPONSE", client, name, sent.tcp(), extra),
                ofServer("QUERY", sent, name, out),
                ofServer("RESPONSE", sent, name, out));
    }

    private static String hex(String key, long mark) {
        return key + "=0x" + Long.toHexString(mark);
    }

    private static List<String> ofClient(
            String kind, InetSocketAddress client, String name, boolean tcp, String extra) {
        return List.of(
                "CLIENT_" + kind,
                tcp ? "TCP" : "UDP",
                client.getAddress().getHostAddress() + " " + client.getPort(),
                "",
                name + ".\tIN\tA",
                extra);
    }

    private static List<String> ofServer(String kind, StubServer.Seen sent, String name, String extra) {
        return List.of(
                "FORWARDER_" + kind,
                sent.tcp() ? "TCP" : "UDP",
                " " + sent.from().getPort(),
                sent.at().getAddress().getHostAddress() + " " + sent.at().getPort(),
                name + ".\tIN\tA",
                extra);
    }

    private static List<String> summary(Map<String, String> message) {
        return List.of(
                message.get("type"),
                message.get("socket_protocol"),
                address(message.getOrDefault("query_address", "")) + " " + message.getOrDefault("query_port", ""),
                message.containsKey("response_address")
                        ? message.get("response_address") + " " + message.get("response_port")
                        : "",
                message.get("question"),
                message.get("extra"));
    }

    /** As Java writes it. */
    private static String address(String text) {
        return text.isEmpty() ? "" : Family.address(text).getHostAddress();
    }

    /** The second reader comes after one that was killed. */
    @Test
    void aReaderAtASocketMayGoAndComeBack() throws Exception {
        Path socket = folder.resolve("socket");
        Path file = folder.resolve("messages");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup("unix:" + socket));
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            read(forwarder, socket, folder.resolve("lost"), 1, () -> {});
            Files.delete(socket);
            client.ask(Query.of("between.example", Query.A).bytes(1), Family.IPV4.gateway());
            read(forwarder, socket, file, 2, () -> {
                client.ask(Query.of("again.example", Query.A).bytes(2), Family.IPV4.gateway());
                forwarder.terminate();
                forwarder.awaitExit(Waiting.PATIENCE);
            });
        }
        List<String> questions = Dnstap.read(file).stream()
                .map(message -> message.get("question"))
                .filter("again.example.\tIN\tA"::equals)
                .toList();
        assertEquals(4, questions.size());
    }

    /** Does some work while there is a reader. */
    private static void read(Forwarder forwarder, Path socket, Path file, int connection, Runnable work)
            throws InterruptedException {
        Process reader = Dnstap.capture(socket, file);
        try {
            Waiting.until(Waiting.PATIENCE, "it is read", () -> connections(forwarder) == connection);
            work.run();
        } finally {
            reader.destroy();
            assertTrue(reader.waitFor(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    private static long connections(Forwarder forwarder) {
        return forwarder
                .log()
                .lines()
                .filter(line -> line.contains("dnstap messages go to"))
                .count();
    }

    /** It neither makes a query wait nor lets one be lost, and the log says how many messages are. */
    @Test
    void aReaderThatDoesNotReadLosesMessagesAndNobodyLosesQueries() throws Exception {
        Path socket = folder.resolve("socket");
        Process reader = Dnstap.capture(socket, folder.resolve("messages"));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup("unix:" + socket));
                Crowd crowd = Crowd.of(LAB, List.of(Family.IPV4.client(137)), Family.IPV4.gateway())) {
            Waiting.until(Waiting.PATIENCE, "it is read", () -> connections(forwarder) == 1);
            LAB.shell(Host.GATEWAY, "kill -STOP " + reader.pid());
            assertEquals(new Crowd.Result(MANY, 0, List.of()), crowd.ask(MANY, 50, i -> "q" + i + ".example"));
            forwarder.terminate();
            assertEquals(0, forwarder.awaitExit(Waiting.PATIENCE), forwarder::log);
            assertTrue(
                    forwarder.log().matches("(?s).*WARN \\d+ dnstap messages lost in the last 10 s: .*"),
                    forwarder::log);
        } finally {
            reader.destroyForcibly();
        }
    }

    private static Setup setup(String target) {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53))
                .tries("20s", 1)
                .with("log", "dnstap = \"" + target + "\"")
                .append("""
                        [[policy]]
                        mark = 0x89
                        set-mark = "0x100/0x100"
                        [[policy]]
                        mark = 0
                        action = "refuse"
                        """);
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.Conntrack;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.KernelReplies;
import org.waymark.lab.Lab;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/**
 * What the kernel sends for late answers has the mark of the queries, or does not leave, also where the host's rules mark packets, put
 * them into a zone or keep conntrack away from them.
 */
class LateAnswersAmongRulesIT {
    private static final int CLIENT = 101;
    private static final int QUERIES = 12;
    private static final Duration SOON = Waiting.PATIENCE;

    /** Longer than Waymark waits for late answers, so that it may have had the connection forgotten. */
    private static final Duration AFTER_ITS_TIME = Duration.ofSeconds(7);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    private final ConcurrentLinkedQueue<Runnable> heldBack = new ConcurrentLinkedQueue<>();
    private final List<UdpClient> clients = new ArrayList<>();

    /** What the host's rules do to packets between the gateway and the servers. */
    enum HostRule {
        MARKS_WHAT_HAS_NO_MARK("$t -t mangle -A OUTPUT -m mark --mark 0 -j MARK --set-mark 0x55"),
        DOES_NOT_TRACK("""
                $t -t raw -A OUTPUT -o wan+ -p udp --dport 53 -j CT --notrack
                $t -t raw -A PREROUTING -i wan+ -p udp --sport 53 -j CT --notrack
                """),
        PUTS_QUERIES_INTO_A_ZONE("""
                $t -t raw -A OUTPUT -o wan+ -p udp --dport 53 -j CT --zone 5
                $t -t raw -A PREROUTING -i wan+ -p udp --sport 53 -j CT --zone 5
                """);

        private final String commands;

        HostRule(String commands) {
            this.commands = commands;
        }
    }

    @BeforeAll
    static void routeByMark() {
        LAB.routeOverSecondLink(101);
    }

    @BeforeEach
    void rules() {
        LAB.rules("--many");
        STUB.reset();
    }

    @AfterEach
    void closeClients() {
        clients.forEach(UdpClient::close);
    }

    /** Each takes as long as Waymark waits for late answers, with its socket open. */
    @ParameterizedTest
    @CsvSource({"MARKS_WHAT_HAS_NO_MARK, IPV4", "DOES_NOT_TRACK, IPV6", "PUTS_QUERIES_INTO_A_ZONE, IPV4"})
    void refusalOfALateAnswerHasTheMarkOfTheQueryOrDoesNotLeave(HostRule rule, Family family) {
        assertNothingAstray(rule, family, false);
    }

    @ParameterizedTest
    @CsvSource({
        "MARKS_WHAT_HAS_NO_MARK, IPV4", "MARKS_WHAT_HAS_NO_MARK, IPV6",
        "DOES_NOT_TRACK, IPV4", "DOES_NOT_TRACK, IPV6",
        "PUTS_QUERIES_INTO_A_ZONE, IPV4", "PUTS_QUERIES_INTO_A_ZONE, IPV6"
    })
    void soDoesTheRefusalOfAnAnswerThatComesAfterAKill(HostRule rule, Family family) {
        assertNothingAstray(rule, family, true);
    }

    private void assertNothingAstray(HostRule rule, Family family, boolean killed) {
        LAB.shell(Host.GATEWAY, "for t in iptables ip6tables; do\n" + rule.commands + "\ndone");
        STUB.plays((query, line) -> heldBack.add(() -> StubServer.ANSWER.play(query, line)));
        Setup setup = Setup.wildcard()
                .servers(family.upstream(53))
                .tries(killed ? "5s" : "300ms", 1)
                .with("mark", "upstream-zones = [0, 5]")
                .with("limits", "upstream-socket-life = \"100ms\"");
        try (Forwarder forwarder = Forwarders.startAsItsUser(LAB, setup);
                KernelReplies replies = KernelReplies.on(LAB)) {
            ask(family);
            Waiting.until(SOON, "queries are in flight", () -> heldBack.size() == QUERIES);
            if (killed) {
                kill(forwarder);
            }
            Waiting.until(SOON, "the sockets are closed", () -> !hasSockets(family, "-Huan"));
            heldBack.forEach(Runnable::run);
            Waiting.until(SOON, "late answers come", () -> replies.arrived() >= QUERIES);
            assertEquals(List.of(), replies.astray("wan2", CLIENT), forwarder::log);
            // Nobody can tell the mark of what conntrack does not know, or has been made to forget with the socket's
            // end.
            boolean isKnown = killed && rule == HostRule.MARKS_WHAT_HAS_NO_MARK;
            assertEquals(isKnown, !replies.sent().isEmpty(), forwarder::log);
        }
    }

    @Test
    void connectionThatTheServerEndsLateDoesNotBeginAnewWithoutItsMark() {
        LAB.rules("--many", "--no-output");
        InetSocketAddress server = Family.IPV4.upstream(53);
        CountDownLatch end = new CountDownLatch(1);
        STUB.plays((query, line) -> {
            StubServer.ANSWER.play(query, line);
            STUB.after(AFTER_ITS_TIME, (same, again) -> end.countDown()).play(query, line);
            // The server reads no further until then, and so does not notice that the connection has ended.
            Waiting.until(Waiting.PATIENCE, "its end is due", () -> end.getCount() == 0);
        });
        Setup setup = Setup.wildcard().server("tcp://10.99.0.53").with("limits", "upstream-idle = \"1s\"");
        try (Forwarder forwarder = Forwarders.startAsItsUser(LAB, setup)) {
            try (UdpClient client = UdpClient.from(LAB, Family.IPV4.client(CLIENT))) {
                client.ask(Query.of("idle.example", Query.A).bytes(1), Family.IPV4.gateway());
            }
            Waiting.until(SOON, "Waymark ends it", () -> hasSockets(Family.IPV4, "-Htan state fin-wait-2"));
            Waiting.until(SOON, "the server ends it", () -> hasSockets(Family.IPV4, "-Htan state time-wait"));
            Set<Long> marks = LAB.conntrack().connections().stream()
                    .filter(connection -> connection.original().destination().equals(server))
                    .map(Conntrack.Connection::mark)
                    .collect(Collectors.toSet());
            assertTrue(end.getCount() == 0, "the server has ended it late");
            assertTrue(Set.of((long) CLIENT).containsAll(marks), () -> marks + " " + forwarder.log());
        }
    }

    private void ask(Family family) {
        for (int i = 0; i < QUERIES; i++) {
            UdpClient client = UdpClient.from(LAB, family.client(CLIENT));
            clients.add(client);
            client.send(Query.of("late" + i + ".example", Query.A).bytes(i), family.gateway());
        }
    }

    private static void kill(Forwarder forwarder) {
        ProcessHandle.of(forwarder.pid()).orElseThrow().destroyForcibly();
        forwarder.awaitExit(SOON);
    }

    /** Whether the gateway has a socket towards the server. */
    private static boolean hasSockets(Family family, String options) {
        String server = "[" + family.upstream(53).getAddress().getHostAddress() + "]";
        return !LAB.exec(Host.GATEWAY, "sh", "-c", "ss " + options + " dst '" + server + "'")
                .orFail()
                .isBlank();
    }
}

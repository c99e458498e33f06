package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.KernelReplies;
import org.waymark.lab.Lab;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/**
 * Answers come when nobody waits for them any more. What the kernel itself then sends, which holds the name that was asked for, leaves by
 * the link of the connection's mark as the query did, or not at all.
 */
class LateAnswersIT {
    private static final int CLIENT = 101;
    private static final int QUERIES = 12;
    private static final Duration SOON = Waiting.PATIENCE;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    private final ConcurrentLinkedQueue<Runnable> heldBack = new ConcurrentLinkedQueue<>();
    private final List<AutoCloseable> clients = new ArrayList<>();

    @BeforeAll
    static void routeByMark() {
        LAB.routeOverSecondLink(101);
    }

    @BeforeEach
    void holdAnswersBack() {
        LAB.rules("--many");
        STUB.reset();
        STUB.plays((query, line) -> heldBack.add(() -> StubServer.ANSWER.play(query, line)));
    }

    @AfterEach
    void closeClients() throws Exception {
        LAB.exec(Host.UPSTREAM, "nft", "delete", "table", "inet", "slow");
        for (AutoCloseable client : clients) {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusalOfALateAnswerLeavesByTheLinkOfItsMark(Family family) {
        try (Forwarder forwarder = start(family, "300ms");
                KernelReplies replies = KernelReplies.on(LAB)) {
            askOverUdp(family);
            Waiting.until(SOON, "queries are in flight", () -> heldBack.size() == QUERIES);
            Waiting.until(SOON, "the sockets are closed", () -> !hasSockets(family, "-Huan"));
            heldBack.forEach(Runnable::run);
            Waiting.until(SOON, "late answers come", () -> replies.arrived() >= QUERIES);
            assertEquals(List.of(), replies.astray("wan2", CLIENT), forwarder::log);
        }
    }

    @ParameterizedTest
    @EnumSource
    void resetAfterAHandshakeThatOutlivesAKillLeavesByTheLinkOfItsMark(Family family) {
        LAB.loadNft(Host.UPSTREAM, """
                table inet slow {
                    chain output {
                        type filter hook output priority 0;
                        tcp sport 53 tcp flags & (syn | ack) == syn | ack drop
                    }
                }
                """);
        try (Forwarder forwarder = start(family, "5s");
                KernelReplies replies = KernelReplies.on(LAB)) {
            askOverTcp(family);
            Waiting.until(SOON, "a connection is being made", () -> hasSockets(family, "-Htan"));
            kill(forwarder);
            // The server sends its part of the handshake again, after one, three and seven seconds.
            LAB.exec(Host.UPSTREAM, "nft", "delete", "table", "inet", "slow").orFail();
            Waiting.until(SOON, "a late handshake comes", () -> replies.arrived() >= 1);
            assertEquals(List.of(), replies.astray("wan2", CLIENT), forwarder::log);
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersThatComeAfterAKillAreRefusedByTheLinkOfTheirMark(Family family) {
        try (Forwarder forwarder = start(family, "5s");
                KernelReplies replies = KernelReplies.on(LAB)) {
            askOverUdp(family);
            askOverTcp(family);
            Waiting.until(SOON, "queries are in flight", () -> heldBack.size() == QUERIES + 1);
            kill(forwarder);
            heldBack.forEach(Runnable::run);
            Waiting.until(SOON, "late answers come", () -> replies.arrived() >= QUERIES);
            assertEquals(List.of(), replies.astray("wan2", CLIENT), forwarder::log);
        }
        // What is left of its table goes with the next start, and that of the next one with its end.
        try (Forwarder next = start(family, "5s")) {
            assertEquals(
                    List.of(
                            "table ip waymark-" + next.pid(),
                            "table ip waymark-" + next.pid() + "-late",
                            "table ip6 waymark-" + next.pid(),
                            "table ip6 waymark-" + next.pid() + "-late"),
                    LAB.exec(Host.GATEWAY, "nft", "list", "tables")
                            .orFail()
                            .lines()
                            .filter(table -> table.contains("waymark-"))
                            .sorted()
                            .toList());
        }
    }

    /** It gives a query up after this time, and closes the socket soon after. */
    private static Forwarder start(Family family, String patience) {
        return Forwarders.startAsItsUser(
                LAB,
                Setup.wildcard()
                        .servers(family.upstream(53))
                        .tries(patience, 1)
                        .with("limits", "upstream-socket-life = \"100ms\""));
    }

    private void askOverUdp(Family family) {
        for (int i = 0; i < QUERIES; i++) {
            UdpClient client = UdpClient.from(LAB, family.client(CLIENT));
            clients.add(client);
            client.send(Query.of("late" + i + ".example", Query.A).bytes(i), family.gateway());
        }
    }

    private void askOverTcp(Family family) {
        TcpClient client = TcpClient.connect(LAB, family.client(CLIENT), family.gateway());
        clients.add(client);
        client.send(Query.of("late.example", Query.A).bytes(1));
    }

    private static void kill(Forwarder forwarder) {
        ProcessHandle.of(forwarder.pid()).orElseThrow().destroyForcibly();
        forwarder.awaitExit(SOON);
    }

    /** Whether the gateway has a socket towards the server. */
    private static boolean hasSockets(Family family, String options) {
        String server = "[" + family.upstream(53).getAddress().getHostAddress() + "]";
        return !LAB.exec(Host.GATEWAY, "ss", options, "dst", server).orFail().isBlank();
    }
}

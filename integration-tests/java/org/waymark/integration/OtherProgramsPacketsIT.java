package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.KernelReplies;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedAnswerer;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** What other programs and hosts send to and from the same addresses and ports as Waymark goes as it would without Waymark. */
class OtherProgramsPacketsIT {
    private static final int MARKED = 137;
    private static final byte[] QUERY = Query.of("other.example", Query.A).bytes(1);
    private static final Duration SOON = Waiting.PATIENCE;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeAll
    static void routeByMark() {
        LAB.addSecondLink();
        LAB.shell(Host.GATEWAY, """
                ip rule add fwmark 137 table 100
                ip route add default via 10.98.0.53 table 100
                ip -6 rule add fwmark 137 table 100
                ip -6 route add default via 2001:db8:98::53 table 100
                """);
    }

    @BeforeEach
    void rules() {
        LAB.rules("--no-output");
        STUB.reset();
    }

    /** By the table of its mark there is no way back to the client. */
    @ParameterizedTest
    @EnumSource
    void clientThatMayNotAskAServerItselfIsToldSo(Family family) throws Exception {
        LAB.shell(Host.GATEWAY, """
                for t in iptables ip6tables; do
                    $t -F FORWARD
                    $t -A FORWARD -p udp --dport 53 -j REJECT
                done
                """);
        try (Forwarder forwarder = startAsItsUser(family);
                DatagramSocket client = LAB.in(
                        Host.CLIENT, () -> new DatagramSocket(new InetSocketAddress(family.client(MARKED), 0)))) {
            client.setSoTimeout((int) SOON.toMillis());
            client.connect(family.upstream(53));
            client.send(new DatagramPacket(QUERY, QUERY.length));
            assertThrows(
                    PortUnreachableException.class,
                    () -> client.receive(new DatagramPacket(new byte[512], 512)),
                    forwarder::log);
        }
    }

    /** A reset of its own, and one of the kernel's for an answer that comes when it has gone. */
    @ParameterizedTest
    @EnumSource
    void resetsOfAnotherProgramsConnectionsHaveNoMark(Family family) {
        markConnectionsOfRoot();
        CountDownLatch answers = holdAnswersBack();
        try (Forwarder forwarder = startAsItsUser(family);
                KernelReplies replies = KernelReplies.on(LAB)) {
            connect(family, 0).abort();
            Waiting.until(SOON, "it resets", () -> !replies.sent().isEmpty());
            assertEquals(List.of("1 of tcp by wan with mark 0"), replies.sent(), forwarder::log);
            try (TcpClient program = connect(family, 0)) {
                program.send(QUERY);
                Waiting.until(SOON, "it has asked", () -> !STUB.seen().isEmpty());
            }
            long before = replies.arrived();
            answers.countDown();
            Waiting.until(SOON, "an answer comes", () -> replies.arrived() > before);
            assertEquals(List.of("2 of tcp by wan with mark 0"), replies.sent(), forwarder::log);
        }
    }

    @ParameterizedTest
    @EnumSource
    void resetOfAConnectionThatIsNotTrackedLeaves(Family family) {
        LAB.shell(Host.GATEWAY, """
                for t in iptables ip6tables; do
                    $t -t raw -A OUTPUT -p tcp --sport 33333 -j CT --notrack
                    $t -t raw -A PREROUTING -p tcp --dport 33333 -j CT --notrack
                done
                """);
        try (Forwarder forwarder = startAsItsUser(family);
                KernelReplies replies = KernelReplies.on(LAB)) {
            connect(family, 33333).abort();
            Waiting.until(SOON, "it resets", () -> !replies.sent().isEmpty());
            assertEquals(List.of("1 of tcp by wan with mark 0"), replies.sent(), forwarder::log);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusalForAnotherProgramsClosedSocketHasNoMark(Family family) {
        markConnectionsOfRoot();
        CountDownLatch answers = holdAnswersBack();
        try (Forwarder forwarder = startAsItsUser(family);
                KernelReplies replies = KernelReplies.on(LAB)) {
            try (UdpClient program = UdpClient.from(LAB, Host.GATEWAY, addressTowards(family))) {
                program.send(QUERY, family.upstream(53));
                Waiting.until(SOON, "it has asked", () -> !STUB.seen().isEmpty());
                assertEquals(
                        OptionalLong.of(0x777),
                        LAB.conntrack().markOf(false, program.localAddress(), family.upstream(53)));
            }
            answers.countDown();
            Waiting.until(SOON, "an answer comes", () -> replies.arrived() >= 1);
            String icmp = family == Family.IPV4 ? "icmp" : "ipv6-icmp";
            assertEquals(List.of("1 of " + icmp + " by wan with mark 0"), replies.sent(), forwarder::log);
        }
    }

    /** Port 53 is a server's own when it answers, and not when it asks. */
    @ParameterizedTest
    @CsvSource({"true, IPV4", "true, IPV6", "false, IPV4", "false, IPV6"})
    void clientThatIsAServerTooAsksFromPort53WithItsOwnMark(boolean tcp, Family family) {
        InetSocketAddress local = new InetSocketAddress(family.client(MARKED), 53);
        Setup setup = Setup.wildcard().servers(family.upstream(53), local);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            if (tcp) {
                try (TcpClient client = TcpClient.connect(LAB, Host.CLIENT, local, family.gateway())) {
                    client.ask(QUERY);
                }
            } else {
                try (UdpClient client = UdpClient.from(LAB, Host.CLIENT, local)) {
                    client.ask(QUERY, family.gateway());
                }
            }
            StubServer.Seen seen = STUB.seen("other.example").get(0);
            assertEquals(OptionalLong.of(MARKED), LAB.conntrack().markOf(tcp, local, family.gateway()), forwarder::log);
            assertEquals(
                    OptionalLong.of(MARKED),
                    LAB.conntrack().markOf(seen.tcp(), seen.from(), seen.at()),
                    forwarder::log);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersOfTheProgramThatComesAfterAKilledOneKeepTheirMark(boolean answers) {
        LAB.loadNft(Host.GATEWAY, """
                table inet answers
                delete table inet answers
                table inet answers {
                    set marks { type mark; size 100; flags dynamic; }
                    chain postrouting {
                        type filter hook postrouting priority 0;
                        oifname "lan" udp sport 53 update @marks { meta mark }
                    }
                }
                """);
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53)).with("mark", "answers = " + answers);
        try (Forwarder forwarder = Forwarders.startAsItsUser(LAB, setup)) {
            ProcessHandle.of(forwarder.pid()).orElseThrow().destroyForcibly();
            forwarder.awaitExit(SOON);
            String late = "waymark-" + forwarder.pid() + "-late";
            assertEquals(List.of("table ip " + late, "table ip6 " + late), tablesOfWaymark());
        }
        try (MarkedAnswerer program = MarkedAnswerer.on(LAB, 0x99);
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            client.send(QUERY, Family.IPV4.gateway());
            program.answerOne();
            assertTrue(client.receive(SOON).isPresent());
        }
        String marks = LAB.exec(Host.GATEWAY, "nft", "list", "set", "inet", "answers", "marks")
                .orFail();
        assertTrue(marks.contains("elements = { 0x00000099 }"), marks);
    }

    private static List<String> tablesOfWaymark() {
        return LAB.exec(Host.GATEWAY, "nft", "list", "tables")
                .orFail()
                .lines()
                .filter(table -> table.contains("waymark-"))
                .toList();
    }

    private static Forwarder startAsItsUser(Family family) {
        return Forwarders.startAsItsUser(LAB, Setup.wildcard().servers(family.upstream(53)));
    }

    /** The packets have no mark: the connections are only to be told apart. */
    private static void markConnectionsOfRoot() {
        LAB.shell(Host.GATEWAY, """
                for t in iptables ip6tables; do
                    $t -t mangle -F PREROUTING
                    $t -t mangle -A OUTPUT -m owner --uid-owner 0 -p udp --dport 53 -j CONNMARK --set-mark 0x777
                    $t -t mangle -A OUTPUT -m owner --uid-owner 0 -p tcp --dport 53 -j CONNMARK --set-mark 0x777
                done
                """);
    }

    /** The server notices nothing of a connection's end, either, until it answers. */
    private static CountDownLatch holdAnswersBack() {
        CountDownLatch answers = new CountDownLatch(1);
        STUB.plays((query, line) -> {
            Waiting.until(SOON, "answers are due", () -> answers.getCount() == 0);
            StubServer.ANSWER.play(query, line);
        });
        return answers;
    }

    private static TcpClient connect(Family family, int port) {
        InetSocketAddress local = new InetSocketAddress(addressTowards(family), port);
        return TcpClient.connect(LAB, Host.GATEWAY, local, family.upstream(53));
    }

    /** The gateway's address on the link of the server. */
    private static InetAddress addressTowards(Family family) {
        return Family.address(family == Family.IPV4 ? "10.99.0.1" : "2001:db8:99::1");
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.RulesCommand;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;

/** What has the mark of a {@code --route} leaves by its link or not at all, whether Waymark sends it or a client; all else does not. */
class RulesRoutingIT {
    private static final int ROUTED = 102;
    private static final int OTHER = 101;
    private static final Duration SILENCE = Duration.ofMillis(500);

    /** What goes to a server with the mark 102, by each link. */
    private static final String LEAKS = """
            table inet links {
                chain postrouting {
                    type filter hook postrouting priority 400;
                    oifname "wan" ct mark 102 meta l4proto { tcp, udp } counter
                }
            }
            """;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    static {
        LAB.addSecondLink();
        // The server knows no client: only what is masqueraded gets an answer.
        LAB.shell(Host.UPSTREAM, "ip route delete default; ip -6 route delete default");
        // Strict, as many distributions set it.
        LAB.shell(
                Host.GATEWAY,
                "for link in all lan wan wan2; do echo 1 > /proc/sys/net/ipv4/conf/$link/rp_filter; done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void markedPacketsLeaveByTheirLinkOrNotAtAll(String format) {
        RulesCommand.removeAll(LAB);
        LAB.loadNft(Host.GATEWAY, LEAKS);
        LAB.shell(Host.GATEWAY, "echo 1 > /proc/sys/net/ipv4/conf/wan2/rp_filter");
        Setup setup = setup();
        RulesCommand rules = new RulesCommand(
                LAB,
                setup,
                "--format " + format
                        + " --client 192.168.111.101=101 --client fd00:111::101=101"
                        + " --client 192.168.111.102=102 --client fd00:111::102=102"
                        + " --route 102=wan2,10.98.0.53,2001:db8:98::53");
        rules.load();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertEquals(
                    Map.of(Family.IPV4, "10.98.0.1", Family.IPV6, "2001:db8:98:0:0:0:0:1"),
                    askedFrom(ROUTED),
                    forwarder::log);
            assertEquals(Map.of(Family.IPV4, "10.99.0.1", Family.IPV6, "2001:db8:99:0:0:0:0:1"), askedFrom(OTHER));
            assertForwarded(true);

            LAB.shell(Host.GATEWAY, "ip link set wan2 down");
            assertEquals(Map.of(), askedFrom(ROUTED));
            assertEquals(2, askedFrom(OTHER).size());
            assertForwarded(false);
            assertEquals(1, rules.check().status());

            LAB.shell(
                    Host.GATEWAY,
                    "ip link set wan2 up; ip addr add 2001:db8:98::1/64 dev wan2 nodad 2>/dev/null || true");
            assertEquals(Map.of(), askedFrom(ROUTED));
            rules.load();
            assertEquals(2, askedFrom(ROUTED).size(), forwarder::log);
            assertForwarded(true);
            assertEquals("nothing is missing\n", rules.check().orFail());
        }
        new RulesCommand(LAB, setup, "--format " + format).load();
        assertEquals(
                "",
                LAB.exec(Host.GATEWAY, "sh", "-c", "(ip rule; ip -6 rule) | grep 'proto 87'")
                        .output());
    }

    /** Another load has the same routes in another order, and the first one sets them up: after each command of the script. */
    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void noMarkedPacketTakesAnotherWayDuringALoad(String format) throws IOException {
        String routes = "--route 102=wan2,10.98.0.53,2001:db8:98::53";
        String others = "--route 101=wan,10.99.0.53,2001:db8:99::53";
        String clients = "--format " + format + " --client 192.168.111.102=102 ";
        RulesCommand.removeAll(LAB);
        new RulesCommand(LAB, setup(), "--format " + format).load();
        RulesCommand.removeAll(LAB);
        Path log = Files.createTempFile("waymark-it", ".log");
        Path look = Files.writeString(
                Files.createTempFile("waymark-it", ".sh"),
                "nft list ruleset 2>/dev/null | grep -q 'ct mark set\\|WAYMARK-PREROUTING' || exit 0\n"
                        + "ip route get 10.99.0.53 mark 102 >> " + log + " 2>&1\n");
        try {
            for (String order : List.of(routes + " " + others, others + " " + routes)) {
                Path script = Files.writeString(
                        Files.createTempFile("waymark-it", ".sh"),
                        new RulesCommand(LAB, setup(), clients + order).script());
                LAB.exec(Host.GATEWAY, "bash", "-Tc", "trap 'sh " + look + " </dev/null || true' DEBUG; . " + script)
                        .orFail();
                Files.delete(script);
            }
            List<String> ways = Files.readAllLines(log).stream()
                    .filter(line -> line.contains(" dev ") || line.contains("unreachable"))
                    .map(line -> line.replaceFirst(".* dev (\\w+) .*", "$1"))
                    .distinct()
                    .toList();
            assertEquals(List.of("wan2"), ways);
        } finally {
            Files.delete(look);
            Files.delete(log);
        }
    }

    /** The kernel answers the first packet of a connection to any of the gateway's services by its mark. */
    @ParameterizedTest
    @CsvSource({"nft, up", "nft, down", "iptables, up", "iptables, down"})
    void otherServicesOfTheGatewayAnswerRoutedClients(String format, String state) throws Exception {
        RulesCommand.removeAll(LAB);
        LAB.shell(Host.GATEWAY, "ip link set wan2 " + state);
        new RulesCommand(
                        LAB,
                        setup(),
                        "--format " + format + " --client 192.168.111.102=102 --client fd00:111::102=102"
                                + " --route 102=wan2,10.98.0.53,2001:db8:98::53")
                .load();
        for (Family version : Family.values()) {
            InetSocketAddress service = new InetSocketAddress(version.gateway().getAddress(), 80);
            try (ServerSocket server = LAB.in(Host.GATEWAY, () -> new ServerSocket(80, 1, service.getAddress()));
                    TcpClient client = TcpClient.connect(LAB, version.client(ROUTED), service);
                    Socket connection = server.accept()) {
                byte[] query = Query.of("page.example", Query.A).bytes(7);
                client.send(query);
                assertEquals(
                        query.length,
                        connection.getInputStream().read() << 8
                                | connection.getInputStream().read());
            }
        }
        LAB.shell(
                Host.GATEWAY, "ip link set wan2 up; ip addr add 2001:db8:98::1/64 dev wan2 nodad 2>/dev/null || true");
    }

    @Test
    void namesOfTablesDoNoHarmAndTablesOfTheHostAreRefused() throws IOException {
        RulesCommand.removeAll(LAB);
        RulesCommand rules = new RulesCommand(
                LAB, setup(), "--client 192.168.111.102=102 --route 102=wan2,10.98.0.53,2001:db8:98::53");
        Path folder = Files.createTempDirectory("waymark-it");
        Files.writeString(folder.resolve("rt_tables"), "254 main\n7000102 vpn\n");
        Files.writeString(folder.resolve("rt_protos"), "87 way\n");
        Path script = Files.writeString(folder.resolve("rules.sh"), rules.script());
        String named = "mount --bind " + folder + " /etc/iproute2 && sh " + script;
        try {
            rules.load();
            String before = LAB.exec(Host.GATEWAY, "ip", "-N", "rule").orFail();
            LAB.exec(Host.GATEWAY, "unshare", "--mount", "sh", "-c", named).orFail();
            assertEquals(before, LAB.exec(Host.GATEWAY, "ip", "-N", "rule").orFail());

            LAB.shell(Host.GATEWAY, "ip route add 10.1.0.0/16 dev wan table 7000102");
            Lab.Outcome refused = LAB.exec(Host.GATEWAY, "sh", script.toString());
            assertEquals(1, refused.status());
            assertEquals(
                    "the routing table 7000102 has routes that are not of this script: remove them, or choose another mark\n",
                    refused.errors());
        } finally {
            LAB.shell(Host.GATEWAY, "ip route del 10.1.0.0/16 table 7000102 2>/dev/null || true");
            for (String file : List.of("rt_tables", "rt_protos", "rules.sh")) {
                Files.delete(folder.resolve(file));
            }
            Files.delete(folder);
        }
    }

    /** One server of each IP version, which clients ask by the name. */
    private static Setup setup() {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53))
                .marksFrom(MarkSource.PACKET)
                .append("""
                        [[upstream]]
                        name = "v6"
                        servers = ["[2001:db8:99::53]:53"]
                        [[domain]]
                        name = "v6.example"
                        upstream = "v6"
                        """);
    }

    /** Has a client ask Waymark for a name of a server of each IP version, and returns from where each server was asked. */
    private static Map<Family, String> askedFrom(int client) {
        Map<Family, String> sources = new TreeMap<>();
        for (Family version : Family.values()) {
            STUB.reset();
            byte[] query = Query.of(version == Family.IPV4 ? "www.example" : "www.v6.example", Query.A)
                    .bytes(1);
            try (UdpClient udp = UdpClient.from(LAB, version.client(client))) {
                byte[] answer = udp.ask(query, version.gateway()).bytes();
                if (Message.rcode(answer) == Message.NOERROR) {
                    assertArrayEquals(Message.answerTo(query), answer);
                    askOverTcp(client, version, query);
                    STUB.seen()
                            .forEach(seen -> sources.put(
                                    version, seen.from().getAddress().getHostAddress()));
                } else {
                    assertEquals(List.of(), STUB.seen());
                }
            }
        }
        assertEquals(
                "0",
                LAB.exec(Host.GATEWAY, "sh", "-c", "nft list table inet links | sed -n 's/.*packets //; s/ bytes.*//p'")
                        .orFail()
                        .strip());
        return sources;
    }

    /** The kernel answers the first packet of the connection with its mark, and must not answer by the link. */
    private static void askOverTcp(int client, Family version, byte[] query) {
        try (TcpClient tcp = TcpClient.connect(LAB, version.client(client), version.gateway())) {
            assertArrayEquals(Message.answerTo(query), tcp.ask(query));
        }
    }

    /** Has the client ask the server itself: the gateway only forwards. */
    private static void assertForwarded(boolean arrives) {
        for (Family version : Family.values()) {
            InetSocketAddress server = version.upstream(53);
            byte[] query = Query.of("forwarded.example", Query.A).bytes(1);
            try (UdpClient udp = UdpClient.from(LAB, version.client(ROUTED))) {
                udp.send(query, server);
                Optional<UdpClient.Received> answer = udp.receive(arrives ? Duration.ofSeconds(10) : SILENCE);
                assertEquals(arrives, answer.isPresent(), version::toString);
            }
        }
    }
}

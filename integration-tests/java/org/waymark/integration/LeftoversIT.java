package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Query;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** What a Waymark that was killed has left in conntrack, the next one clears away, and nothing of anybody else's. */
class LeftoversIT {
    private static final int QUERIES = 400;
    private static final Duration SOON = Waiting.PATIENCE;
    /** Conntrack by itself would take 30 s. */
    private static final Duration AFTER_THE_START = Duration.ofSeconds(25);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @ParameterizedTest
    @CsvSource({"CONNTRACK, IPV4", "CONNTRACK, IPV6", "LOOK_UP, IPV4"})
    void nextStartClearsAwayWhatAKilledOneHasLeft(MarkSource source, Family family) {
        LAB.rules("--many");
        InetSocketAddress server = family.upstream(53);
        Setup setup = Setup.wildcard().servers(server).marksFrom(source);
        byte[] query = Query.of("own.example", Query.A).bytes(1);
        Family other = family == Family.IPV4 ? Family.IPV6 : Family.IPV4;
        String host = family == Family.IPV4 ? "10.99.0.1" : "2001:db8:99::1";
        try (UdpClient udp = UdpClient.from(LAB, Host.GATEWAY, Family.address(host));
                TcpClient tcp = TcpClient.connect(LAB, Host.GATEWAY, Family.address(host), server)) {
            try (Forwarder forwarder = Forwarders.startAsItsUser(LAB, setup)) {
                assertEquals(
                        RecipeClients.allRight(QUERIES),
                        RecipeClients.askOverUdp(LAB, other.gateway(), QUERIES, 20),
                        forwarder::log);
                ProcessHandle.of(forwarder.pid()).orElseThrow().destroyForcibly();
                forwarder.awaitExit(SOON);
            }
            // Programs of the host's, whose connections have a mark, too; their sockets are open.
            udp.ask(query, server);
            tcp.ask(query);
            LAB.shell(
                    Host.GATEWAY,
                    "conntrack -U -m 77 -d " + server.getAddress().getHostAddress() + " -s " + host + " -p udp --sport "
                            + udp.localAddress().getPort());
            LAB.shell(
                    Host.GATEWAY,
                    "conntrack -U -m 77 -d " + server.getAddress().getHostAddress() + " -s " + host + " -p tcp --sport "
                            + tcp.localAddress().getPort());
            List<Integer> own =
                    List.of(udp.localAddress().getPort(), tcp.localAddress().getPort());
            assertFalse(left(server, own).isEmpty(), "nothing is left to clear away");
            try (Forwarder next = Forwarders.startAsItsUser(LAB, setup)) {
                awaitNothingLeft(server, own);
                assertEquals(OptionalLong.of(77), LAB.conntrack().markOf(false, udp.localAddress(), server), next::log);
                assertEquals(OptionalLong.of(77), LAB.conntrack().markOf(true, tcp.localAddress(), server), next::log);
            }
        }
    }

    private static void awaitNothingLeft(InetSocketAddress server, List<Integer> but) {
        try {
            Waiting.until(
                    AFTER_THE_START, "nothing is left", () -> left(server, but).isEmpty());
        } catch (AssertionError e) {
            throw new AssertionError(left(server, but).size() + " connections are left", e);
        }
    }

    /** The source ports of the connections to a server that conntrack knows, but for some. */
    private static List<Integer> left(InetSocketAddress server, List<Integer> but) {
        return LAB.conntrack().connections().stream()
                .filter(connection -> connection.original().destination().equals(server))
                .map(connection -> connection.original().source().getPort())
                .filter(port -> !but.contains(port))
                .toList();
    }
}

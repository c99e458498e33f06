package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
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

/** Two Waymarks on different addresses of one gateway, each in a container: both are process 1 there, and both see to their marks. */
class TwoWaymarksIT {
    /** What process 1 takes if the first name is taken; no process has such a high number. */
    private static final String SECOND = "waymark-" + ((1 << 22) + 1);

    private static final List<Integer> CLIENTS = List.of(101, 137, 150);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @Test
    void bothHaveTablesOfTheirOwnWhenTheyAreTheSameProcessOfTheirNamespaces() {
        LAB.rules("--many", "--no-output");
        try (Forwarder one = startAsProcess1(Family.IPV4.gateway(), Family.IPV6.gateway());
                Forwarder other = startAsProcess1(Family.IPV4.secondGateway(), Family.IPV6.secondGateway())) {
            try {
                assertEquals(
                        List.of("waymark-1", "waymark-1-late", SECOND, SECOND + "-late"), tables("ip"), other::log);
                assertEquals(
                        List.of("waymark-1", "waymark-1-late", SECOND, SECOND + "-late"), tables("ip6"), other::log);
                for (Family family : Family.values()) {
                    assertMarksAreCarried(one, family, family.gateway());
                    assertMarksAreCarried(other, family, family.secondGateway());
                }
            } finally {
                end(one);
                end(other);
            }
        }
        assertEquals(List.of(), tables("ip"));
        assertEquals(List.of(), tables("ip6"));
    }

    private static void assertMarksAreCarried(Forwarder forwarder, Family family, InetSocketAddress asked) {
        byte[] query = Query.of("one.example", Query.A).bytes(1);
        for (int number : CLIENTS) {
            try (UdpClient udp = UdpClient.from(LAB, family.client(number));
                    TcpClient tcp = TcpClient.connect(LAB, family.client(number), asked)) {
                udp.ask(query, asked);
                assertLastMark(forwarder, number);
                tcp.ask(query);
                assertLastMark(forwarder, number);
            }
        }
    }

    /** The mark of the connection by which the last query went upstream. */
    private static void assertLastMark(Forwarder forwarder, int client) {
        StubServer.Seen seen = STUB.seen().get(STUB.seen().size() - 1);
        assertEquals(
                OptionalLong.of(client == 150 ? 0 : client),
                LAB.conntrack().markOf(seen.tcp(), seen.from(), seen.at()),
                forwarder::log);
    }

    private static Forwarder startAsProcess1(InetSocketAddress... addresses) {
        Setup setup = Setup.listeningOn(addresses).servers(Family.IPV4.upstream(53), Family.IPV6.upstream(53));
        return Forwarders.startWaymark(LAB, setup, "unshare", "--pid", "--fork");
    }

    /** The process of the forwarder is that of unshare, which waits for Waymark's end. */
    private static void end(Forwarder forwarder) {
        ProcessHandle.of(forwarder.pid()).orElseThrow().children().forEach(waymark -> {
            waymark.destroy();
            waymark.onExit().join();
        });
    }

    /** The names of Waymarks' tables, in order. */
    private static List<String> tables(String family) {
        return LAB.exec(Host.GATEWAY, "nft", "list", "tables", family)
                .orFail()
                .lines()
                .map(line -> line.replaceAll(".* ", ""))
                .filter(name -> name.startsWith("waymark-"))
                .sorted()
                .toList();
    }
}

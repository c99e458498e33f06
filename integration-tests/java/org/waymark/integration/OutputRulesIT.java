package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.ExactMarksTable;
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
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;

/** Whatever the host's rules do to packets that leave, or fail to do, Waymark's connections have the marks of their queries. */
class OutputRulesIT {
    private static final int QUERIES = 2000;
    private static final int ROUNDS = 10;
    private static final int MARKED = 137;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void rules() {
        LAB.rules("--many");
        STUB.reset();
    }

    @ParameterizedTest
    @CsvSource({"CONNTRACK, IPV4", "CONNTRACK, IPV6", "PACKET, IPV4"})
    void ruleThatRestoresTheMarkOfWhatLeavesDoesNoHarm(MarkSource source, Family family) {
        LAB.shell(
                Host.GATEWAY,
                "for t in iptables ip6tables; do $t -t mangle -I OUTPUT -j CONNMARK --restore-mark; done");
        assertExact("Rule that restores marks in OUTPUT", source, family);
    }

    @ParameterizedTest
    @CsvSource({"CONNTRACK, IPV4", "CONNTRACK, IPV6", "PACKET, IPV4"})
    void noRuleIsNeededForWhatLeaves(MarkSource source, Family family) {
        LAB.rules("--many", "--no-output");
        assertExact("No rule in OUTPUT", source, family);
    }

    private static void assertExact(String scenario, MarkSource source, Family family) {
        Setup setup = Setup.wildcard().servers(family.upstream(53)).marksFrom(source);
        int overTcp = ROUNDS * RecipeClients.count();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            assertEquals(
                    RecipeClients.allRight(QUERIES),
                    RecipeClients.askOverUdp(LAB, family.gateway(), QUERIES, 100),
                    forwarder::log);
            assertEquals(
                    RecipeClients.allRight(overTcp),
                    RecipeClients.askOverTcp(LAB, family.gateway(), ROUNDS),
                    forwarder::log);
            ExactMarksTable.addExact(
                    scenario + ", UDP and TCP, " + family + source.title(), QUERIES + overTcp, meter.measurement());
        }
    }

    /** The questions of {@code integration-tests/demo --no-output}, by the kernel's own list of connections. */
    @ParameterizedTest
    @EnumSource
    void bothConnectionsOfAQueryAreListedWithTheSameMark(Family family) {
        LAB.rules("--no-output");
        Setup setup = Setup.wildcard().servers(family.upstream(53));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertListed(forwarder, family, family.gateway());
            assertListed(forwarder, family, family.secondGateway());
            LAB.redirect(53);
            assertListed(forwarder, family, family.elsewhere());
        }
    }

    private static void assertListed(Forwarder forwarder, Family family, InetSocketAddress asked) {
        byte[] query = Query.of("demo.example", Query.A).bytes(1);
        for (int client : new int[] {MARKED, 150}) {
            long due = client == MARKED ? MARKED : 0;
            try (UdpClient udp = UdpClient.from(LAB, family.client(client))) {
                udp.ask(query, asked);
                assertListed(forwarder, false, udp.localAddress(), asked, due);
            }
            try (TcpClient tcp = TcpClient.connect(LAB, family.client(client), asked)) {
                tcp.ask(query);
                assertListed(forwarder, true, tcp.localAddress(), asked, due);
            }
        }
    }

    private static void assertListed(
            Forwarder forwarder, boolean tcp, InetSocketAddress client, InetSocketAddress asked, long due) {
        StubServer.Seen seen = STUB.seen().get(STUB.seen().size() - 1);
        assertEquals(OptionalLong.of(due), LAB.conntrack().markOf(tcp, client, asked), forwarder::log);
        assertEquals(OptionalLong.of(due), LAB.conntrack().markOf(tcp, seen.from(), seen.at()), forwarder::log);
    }
}

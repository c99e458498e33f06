package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Query;
import org.waymark.lab.Questioner;
import org.waymark.lab.RulesCommand;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;

/**
 * What {@code waymark rules} prints loads, and marks the connections of clients and those to servers. Waymark runs without a table of its
 * own, so that nothing but these rules saves its marks.
 */
class RulesIT {
    private static final int NOBODY = 150;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void removeAllRules() {
        RulesCommand.removeAll(LAB);
    }

    private static Setup ruled(Setup setup) {
        return setup.servers(Family.IPV4.upstream(53)).with("mark", "own-rule = false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void theMostExactOptionMarksAClient(String format) {
        Setup setup = ruled(Setup.wildcard());
        new RulesCommand(
                        LAB,
                        setup,
                        "--format " + format + " --interface lan=5"
                                + " --client 192.168.111.100/30=100 --client fd00:111::100/126=100"
                                + " --client 192.168.111.101=101 --client fd00:111::101=101")
                .load();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertMarks(forwarder, Family.IPV4, 101, 101);
            assertMarks(forwarder, Family.IPV6, 101, 101);
            assertMarks(forwarder, Family.IPV4, 102, 100);
            assertMarks(forwarder, Family.IPV6, 102, 100);
            assertMarks(forwarder, Family.IPV4, NOBODY, 5);
            assertMarks(forwarder, Family.IPV6, NOBODY, 5);
        }
    }

    @ParameterizedTest
    @CsvSource({"nft, 53", "nft, 5353", "iptables, 53", "iptables, 5353"})
    void queriesForAnyServerAreRedirectedAndKeepTheirMark(String format, int port) {
        Setup setup = ruled(
                port == 53
                        ? Setup.wildcard()
                        : Setup.listeningOn(
                                new InetSocketAddress(Family.IPV4.gateway().getAddress(), port),
                                new InetSocketAddress(Family.IPV6.gateway().getAddress(), port)));
        String hardwareAddress = LAB.exec(
                        Host.CLIENT, "sh", "-c", "ip -o link show dev lan | sed 's/.*ether //; s/ .*//'")
                .orFail()
                .strip();
        new RulesCommand(LAB, setup, "--format " + format + " --redirect lan --mac " + hardwareAddress + "=77").load();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            STUB.reset();
            Questioner questioner = new Questioner(LAB, Host.CLIENT);
            for (Family family : Family.values()) {
                questioner.ask(family.client(101), family.elsewhere(), 77);
                questioner.ask(family.client(NOBODY), family.gateway(), 77);
            }
            assertEquals(questioner.queries(), STUB.seen().size(), forwarder::log);
            meter.measurement().assertExact(questioner.queries());
        }
    }

    /** On a TCP connection that stays open, too, and over another load of the rules. */
    @ParameterizedTest
    @CsvSource({
        "nft, --interface lan=5",
        "iptables, --interface lan=5",
        "nft, --client 192.168.111.137=5 --client fd00:111::137=5",
        "iptables, --client 192.168.111.137=5 --client fd00:111::137=5"
    })
    void clientLogsInAndOut(String format, String before) {
        Setup setup = ruled(Setup.wildcard());
        RulesCommand rules = new RulesCommand(LAB, setup, "--format " + format + " --login " + before);
        rules.load();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            for (Family family : Family.values()) {
                String map = family == Family.IPV4 ? "clients4" : "clients6";
                String address = family.client(137).getHostAddress();
                try (TcpClient open = TcpClient.connect(LAB, family.client(137), family.gateway());
                        TruthMeter meter = TruthMeter.on(LAB)) {
                    open.ask(Query.of("before.m5.example", Query.A).bytes(1));
                    LAB.shell(
                            Host.GATEWAY,
                            "nft add element inet waymark " + map + " '{ " + address + " : 137 }'; conntrack -D -s "
                                    + address + " 2>/dev/null");
                    rules.load();
                    open.ask(Query.of("in.m137.example", Query.A).bytes(2));
                    assertMarks(forwarder, family, 137, 137);
                    LAB.shell(
                            Host.GATEWAY,
                            "nft delete element inet waymark " + map + " '{ " + address + " }'; conntrack -D -s "
                                    + address + " 2>/dev/null");
                    open.ask(Query.of("out.m5.example", Query.A).bytes(3));
                    assertMarks(forwarder, family, 137, 5);
                    meter.measurement().assertExact(7);
                }
            }
        }
    }

    /** The host has given the other bits of every connection's mark a meaning of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void bitsOutsideOfTheMaskStayAsTheyAre(String format) {
        LAB.loadNft(Host.GATEWAY, """
                table inet host {
                    chain prerouting { type filter hook prerouting priority -160; ct mark set ct mark or 0x5a0000; }
                    chain output { type filter hook output priority -160; ct mark set ct mark or 0x5a0000; }
                }
                """);
        Setup setup = ruled(Setup.wildcard()).with("mark", "mask = 0xff");
        new RulesCommand(
                        LAB,
                        setup,
                        "--format " + format + " --login --client 192.168.111.101=101 --client fd00:111::101=101")
                .load();
        LAB.shell(Host.GATEWAY, "nft add element inet waymark clients4 '{ 192.168.111.137 : 137 }'");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertMarks(forwarder, Family.IPV4, 101, 0x5a0065);
            assertMarks(forwarder, Family.IPV6, 101, 0x5a0065);
            assertMarks(forwarder, Family.IPV4, 137, 0x5a0089);
            assertMarks(forwarder, Family.IPV4, NOBODY, 0x5a0000);
        }
    }

    /** Asks over UDP and over TCP, and compares the marks of the client's connections, and of those to the server. */
    private static void assertMarks(Forwarder forwarder, Family family, int client, int mark) {
        String name = "c" + client + ".m" + (mark & 0xff) + ".example";
        InetSocketAddress server = Family.IPV4.upstream(53);
        try (TruthMeter meter = TruthMeter.on(LAB, 0xff, "wan");
                UdpClient udp = UdpClient.from(LAB, family.client(client));
                TcpClient tcp = TcpClient.connect(LAB, family.client(client), family.gateway())) {
            STUB.reset();
            udp.ask(Query.of(name, Query.A).bytes(1), family.gateway());
            tcp.ask(Query.of(name, Query.A).bytes(2));
            meter.measurement().assertExact(2);
            List<StubServer.Seen> seen = STUB.seen();
            assertEquals(2, seen.size(), forwarder::log);
            var connections = LAB.conntrack();
            assertEquals(OptionalLong.of(mark), connections.markOf(false, udp.localAddress(), family.gateway()));
            assertEquals(OptionalLong.of(mark), connections.markOf(true, tcp.localAddress(), family.gateway()));
            seen.forEach(query -> assertEquals(
                    OptionalLong.of(mark), connections.markOf(query.tcp(), query.from(), server), query.toString()));
        }
    }
}

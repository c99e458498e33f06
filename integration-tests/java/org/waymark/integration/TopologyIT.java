package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Measurement;
import org.waymark.lab.Query;
import org.waymark.lab.Questioner;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;

/**
 * Whatever the firewall does to a client's connection, or to Waymark's own, each packet upstream has its mark, wherever
 * Waymark takes it from.
 */
class TopologyIT {
    private static final int LAST_MARKED = 132;
    /** Clients 101 to 132 are marked, 151 to 160 are not. */
    private static final int[] CLIENTS = IntStream.concat(
                    IntStream.rangeClosed(101, LAST_MARKED), IntStream.rangeClosed(151, 160))
            .toArray();

    /** By each client over both protocols and families. */
    private static final int QUERIES = 4 * CLIENTS.length;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void markManyClients() {
        LAB.rules("--many");
        // A connection that one test has made from such a port would keep the forwarder of the next from listening on
        // it.
        LAB.shell(Host.GATEWAY, "echo 5300,5353 > /proc/sys/net/ipv4/ip_local_reserved_ports");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--nft"})
    void marksArriveWithTheRulesOfTheRecipe(String format) {
        if (!format.isEmpty()) {
            LAB.rules("--many", format);
        }
        assertExact("plain, rules in " + (format.isEmpty() ? "iptables" : "nft"), wildcard(), Family::gateway);
        assertExact("second address of the interface", wildcard(), Family::secondGateway);
    }

    @Test
    void marksArriveWhenPort53OfEveryAddressIsRedirected() {
        LAB.redirect(53);
        assertExactUnlikeDnsmasq("redirected", wildcard(), Family::elsewhere);
    }

    @Test
    void marksArriveWhenPort53IsRedirectedToAnotherPort() {
        LAB.redirect(5300);
        assertExact("redirected to another port", listeningOn("0.0.0.0", "::", 5300), Family::elsewhere);
    }

    @Test
    void marksArriveWhenPort53IsTranslatedToAnotherAddressAndPortOfTheGateway() {
        forEachProtocol("""
                iptables -t nat -A PREROUTING -i lan -p $p --dport 53 -j DNAT --to 10.99.0.1:5353
                ip6tables -t nat -A PREROUTING -i lan -p $p --dport 53 -j DNAT --to [2001:db8:99::1]:5353
                """);
        assertExactUnlikeDnsmasq(
                "translated to another address and port",
                listeningOn("10.99.0.1", "2001:db8:99::1", 5353),
                Family::elsewhere);
    }

    @Test
    void marksArriveWhenTheAddressesOfClientsAreTranslated() {
        forEachProtocol("""
                iptables -t nat -A INPUT -i lan -p $p --dport 53 -j SNAT --to 192.168.111.77
                ip6tables -t nat -A INPUT -i lan -p $p --dport 53 -j SNAT --to fd00:111::77
                """);
        assertExactUnlikeDnsmasq("clients' addresses translated", wildcard(), Family::gateway);
    }

    @Test
    void marksArriveWhenAddressesAreTranslatedOnBothWays() {
        LAB.redirect(53);
        forEachProtocol("""
                iptables -t nat -A INPUT -i lan -p $p --dport 53 -j SNAT --to 192.168.111.77
                ip6tables -t nat -A INPUT -i lan -p $p --dport 53 -j SNAT --to fd00:111::77
                iptables -t nat -A POSTROUTING -o wan -p $p -j MASQUERADE --random
                ip6tables -t nat -A POSTROUTING -o wan -p $p -j MASQUERADE --random
                """);
        assertExactUnlikeDnsmasq(
                "redirected, clients' and upstream addresses translated", wildcard(), Family::elsewhere);
    }

    @Test
    void marksArriveWhenUpstreamTrafficIsMasqueraded() {
        forEachProtocol("""
                iptables -t nat -A POSTROUTING -o wan -p $p -j MASQUERADE --random
                ip6tables -t nat -A POSTROUTING -o wan -p $p -j MASQUERADE --random
                """);
        assertExact("masqueraded on the way out", wildcard(), Family::gateway);
    }

    @Test
    void marksArriveWhenQueriesAreInAZoneAndAnswersAreNot() {
        forEachFamily("$t -t raw -A PREROUTING -i lan -j CT --zone-orig 7");
        assertExactUnlikeDnsmasq("a conntrack zone for queries", wildcard(), Family::gateway);
    }

    @Test
    void marksArriveWhenBothDirectionsAreInAZone() {
        forEachFamily("""
                $t -t raw -A PREROUTING -i lan -j CT --zone 7
                $t -t raw -A OUTPUT -o lan -j CT --zone 7
                """);
        Setup setup = wildcard().with("mark", "zones = [0, 7]");
        assertExactUnlikeDnsmasq("a conntrack zone for both directions", setup, Family::gateway);
        Setup elsewhere = wildcard().with("mark", "unknown-mark = 77");
        assertExact("a conntrack zone that is not looked in", elsewhere, Family::gateway, client -> 77);
    }

    /** Where networks overlap, two zones may know the same connection: a packet knows its own, a look-up takes the first it finds. */
    @ParameterizedTest
    @CsvSource({
        "CONNTRACK, '[0, 7]', 101",
        "CONNTRACK, '[7, 0]', 101",
        "LOOK_UP, '[0, 7]', 101",
        "LOOK_UP, '[7, 0]', 55"
    })
    void zonesAreLookedInInTheirOrder(MarkSource source, String zones, long due) {
        byte[] query = Query.of("zones.m" + due + ".example", Query.A).bytes(1);
        Setup setup = wildcard().marksFrom(source).with("mark", "zones = " + zones);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB);
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(101))) {
            LAB.shell(
                    Host.GATEWAY,
                    "conntrack -I -w 7 -p udp -s 192.168.111.101 -d 192.168.111.1 --dport 53 -t 60 -m 55 --sport "
                            + client.localAddress().getPort());
            client.ask(query, Family.IPV4.gateway());
            Measurement measured = meter.measurement();
            assertEquals(List.of(), measured.stories(), forwarder::log);
            measured.assertExact(1);
        }
    }

    @Test
    void unknownMarkIsThatOfTheConfigurationWhenConnectionsAreNotTracked() {
        forEachFamily("""
                $t -t raw -A PREROUTING -i lan -j CT --notrack
                $t -t raw -A OUTPUT -o lan -j CT --notrack
                """);
        Setup setup = wildcard().with("mark", "unknown-mark = 77");
        assertExact("not tracked, unknown-mark = 77", setup, Family::gateway, client -> 77);
        assertExact(
                "not tracked" + MarkSource.PACKET.title(),
                wildcard().marksFrom(MarkSource.PACKET),
                Family::gateway,
                TopologyIT::markOf);
    }

    /** A group in the low byte, a traffic class in the next, which is the firewall's own business. */
    @Test
    void onlyTheBitsOfTheMaskArriveWhenRulesHaveMasks() {
        forEachFamily("""
                $t -t mangle -F
                $t -t mangle -A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffff --ctmask 0xffff
                $t -t mangle -A PREROUTING -i lan -p udp -j MARK --set-xmark 0x500/0xff00
                $t -t mangle -A PREROUTING -i lan -p tcp -j MARK --set-xmark 0x600/0xff00
                for n in $(seq 101 132); do
                    case $t in iptables) from=192.168.111.$n;; *) from=fd00:111::$n;; esac
                    $t -t mangle -A PREROUTING -m mark --mark 0/0xff -s $from -j MARK --set-xmark $n/0xff
                done
                $t -t mangle -A PREROUTING -j CONNMARK --save-mark --nfmask 0xffff --ctmask 0xffff
                $t -t mangle -A OUTPUT -m mark ! --mark 0/0xff -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff
                """);
        assertExactUnlikeDnsmasq("rules with masks", wildcard().with("mark", "mask = 0xff"), Family::gateway);
    }

    private static void assertExact(String scenario, Setup setup, Function<Family, InetSocketAddress> server) {
        for (MarkSource source : MarkSource.values()) {
            assertExact(scenario + source.title(), setup.marksFrom(source), server, TopologyIT::markOf);
        }
    }

    /** The meter, which finds every packet of Waymark's right, finds wrong ones of dnsmasq's here. */
    private static void assertExactUnlikeDnsmasq(
            String scenario, Setup setup, Function<Family, InetSocketAddress> server) {
        assertExact(scenario, setup, server);
        Measurement ofDnsmasq = measure(Forwarders.DNSMASQ, scenario, setup, server, TopologyIT::markOf);
        assertTrue(ofDnsmasq.wrong() > 0, "the meter sees nothing wrong with dnsmasq");
    }

    private static long markOf(int client) {
        return client <= LAST_MARKED ? client : 0;
    }

    private interface Due {
        long of(int client);
    }

    private static void assertExact(String scenario, Setup setup, Function<Family, InetSocketAddress> server, Due due) {
        Measurement measured = measure(Forwarders.WAYMARK, scenario, setup, server, due);
        assertEquals(List.of(), measured.stories());
        measured.assertExact(QUERIES);
    }

    /** Asks as marked and unmarked clients, over UDP and TCP, IPv4 and IPv6, and looks at every packet upstream. */
    private static Measurement measure(
            Forwarders kind, String scenario, Setup setup, Function<Family, InetSocketAddress> server, Due due) {
        try (Forwarder forwarder = kind.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            Questioner questioner = new Questioner(LAB, Host.CLIENT);
            for (int client : CLIENTS) {
                for (Family family : Family.values()) {
                    questioner.ask(family.client(client), server.apply(family), due.of(client));
                }
            }
            assertEquals(QUERIES, questioner.queries(), forwarder::log);
            Measurement measured = meter.measurement();
            ExactMarksTable.add(kind, "Firewall: " + scenario, QUERIES, measured.packets(), measured.wrong());
            return measured;
        }
    }

    /** With the cache, as it is by default; each name is asked for once. */
    private static Setup wildcard() {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53), Family.IPV6.upstream(53))
                .with("cache", "size = \"16MiB\"");
    }

    private static Setup listeningOn(String ipv4, String ipv6, int port) {
        return Setup.listeningOn(
                        new InetSocketAddress(Family.address(ipv4), port),
                        new InetSocketAddress(Family.address(ipv6), port))
                .servers(Family.IPV6.upstream(53));
    }

    private static void forEachProtocol(String rules) {
        LAB.shell(Host.GATEWAY, "for p in udp tcp; do\n" + rules + "\ndone");
    }

    private static void forEachFamily(String rules) {
        LAB.shell(Host.GATEWAY, "for t in iptables ip6tables; do\n" + rules + "\ndone");
    }
}

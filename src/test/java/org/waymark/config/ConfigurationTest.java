package org.waymark.config;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.waymark.config.Text.address;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.waymark.dns.DomainName;
import org.waymark.dns.ResourceRecord;
import org.waymark.mark.MarkMask;
import org.waymark.names.Action;
import org.waymark.policy.Strategy;

class ConfigurationTest {
    /** Clients give up after five seconds. Whoever lets one try take longer means it. */
    @Test
    void allTriesTogetherEndBeforeClientsGiveUpUnlessOneMayTakeLonger() throws ConfigurationException {
        assertEquals(ofMillis(4_500), Text.read(Text.LEAST).upstreams().get(0).totalTimeout());
        assertEquals(
                ofSeconds(7),
                Text.read(Text.LEAST + "timeout = '7s'").upstreams().get(0).totalTimeout());
    }

    @Test
    void hasADefaultForAllButTheServers() throws ConfigurationException {
        Configuration configuration = Text.read(Text.LEAST);

        assertEquals(
                List.of(address("0.0.0.0", 53), address("::", 53)),
                configuration.listen().addresses());
        assertEquals(
                List.of(
                        "127.0.0.0/8",
                        "10.0.0.0/8",
                        "172.16.0.0/12",
                        "192.168.0.0/16",
                        "100.64.0.0/10",
                        "169.254.0.0/16",
                        "0:0:0:0:0:0:0:1/128",
                        "fc00:0:0:0:0:0:0:0/7",
                        "fe80:0:0:0:0:0:0:0/10"),
                configuration.listen().allowFrom().stream()
                        .map(Network::toString)
                        .toList());
        assertEquals(
                new Marking(
                        Marking.Source.CONNTRACK,
                        true,
                        0xffffffff,
                        List.of(0),
                        List.of(0),
                        Marking.Unknown.FORWARD,
                        0,
                        false),
                configuration.marking());
        ServerAddress server = new ServerAddress(ServerAddress.Protocol.UDP, address("9.9.9.9", 53));
        assertEquals(
                List.of(new UpstreamGroup(
                        "default", List.of(server), Strategy.ORDERED, ofSeconds(2), ofMillis(4_500), 3, List.of())),
                configuration.upstreams());
        assertEquals(
                new Limits(
                        20_000,
                        4_000,
                        1_000,
                        64,
                        16,
                        1_000,
                        20,
                        ofSeconds(10),
                        100,
                        16 << 20,
                        512 << 10,
                        8_192,
                        32,
                        ofSeconds(10),
                        ofSeconds(2)),
                configuration.limits());
        assertEquals(List.of(), configuration.policies());
        assertEquals(List.of(), configuration.domains());
        assertEquals(new Local(true, List.of(), List.of()), configuration.local());
        assertEquals(
                new Cache(16 << 20, 0xffffffff, ofSeconds(0), ofHours(24), ofSeconds(0), false, List.of()),
                configuration.cache());
        assertEquals(new Control(Optional.of(Path.of("/run/waymark/control"))), configuration.control());
        assertEquals(new Metrics(Optional.of(address("127.0.0.1", 9453)), 200, false), configuration.metrics());
        assertEquals(List.of(), configuration.accounts());
        assertEquals(new Log(Log.Level.INFO, Log.Format.TEXT, false, Optional.empty()), configuration.log());
    }

    @Test
    void readsEveryKey() throws ConfigurationException {
        Configuration configuration = Text.read("""
                [listen]
                addresses = ["192.0.2.1", "[2001:db8::1]:5353"]
                allow-from = ["198.51.100.0/24", "2001:db8::/32", "203.0.113.7", "any"]
                [mark]
                source = "conntrack"
                mask = 0xff00
                own-rule = false
                zones = [7, 0]
                upstream-zones = [9]
                unknown = "refuse"
                unknown-mark = "0x89"
                answers = true
                [[upstream]]
                name = "clear"
                servers = ["192.0.2.53:5353", "tcp://[2001:db8::53]", "tls://[2001:db8::53]#dns.example"]
                strategy = "spread"
                timeout = "500ms"
                total-timeout = "1s"
                attempts = 1
                [[upstream]]
                name = "vpn"
                servers = ["udp://2001:db8::54", "resolv.conf", "resolv.conf:/run/resolv.conf"]
                strategy = "fastest"
                timeout = "1m"
                attempts = 16
                [[policy]]
                mark = "0x100/0xf00"
                upstream = "vpn"
                set-mark = "0x1/0xff"
                queries-per-second = 20
                [[policy]]
                mark = 7
                action = "refuse"
                [[domain]]
                name = "Corp.example."
                upstream = "vpn"
                [[domain]]
                name = "172.16.0.0/15"
                upstream = "clear"
                [local]
                special-names = false
                hosts = ["/etc/hosts", "/var/lib/leases/hosts"]
                [[record]]
                name = "*.portal.example"
                type = "https"
                value = "1 . alpn=h2"
                ttl = "1h"
                [[record]]
                name = "portal.example"
                type = "A"
                value = "192.0.2.1"
                [cache]
                size = "1GiB"
                share = "0xf00"
                min-ttl = "30s"
                max-ttl = "2h"
                stale = "1h"
                persist = true
                never = ["Example.lan", "corp.example."]
                [limits]
                queries-in-flight = 1
                queries-in-flight-per-client = 8
                queries-per-question = 9
                zone-transfers = 11
                zone-transfers-per-client = 12
                tcp-connections = 2
                tcp-connections-per-client = 3
                tcp-idle = "4s"
                tcp-queries-per-connection = 10
                tcp-unsent = "1GiB"
                tcp-unsent-per-connection = "100000B"
                upstream-sockets = 5
                upstream-sockets-per-mark = 6
                upstream-idle = "7m"
                upstream-socket-life = "800ms"
                [log]
                level = "debug"
                format = "json"
                queries = true
                dnstap = "unix:/run/dnstap.sock"
                [control]
                socket = "/run/other"
                [metrics]
                listen = "192.0.2.1"
                marks = 7
                names = true
                [[account]]
                mark = "137/0xff"
                name = "room 137"
                quota = "2GiB"
                notify = "/usr/bin/tell"
                """);

        List<Network> networks = List.of(
                Network.parse("198.51.100.0/24"),
                Network.parse("2001:db8::/32"),
                Network.parse("203.0.113.7/32"),
                Network.parse("0.0.0.0/0"),
                Network.parse("::/0"));
        ServerAddress plain = new ServerAddress(ServerAddress.Protocol.UDP, address("192.0.2.53", 5353));
        ServerAddress tcp = new ServerAddress(ServerAddress.Protocol.TCP, address("2001:db8::53", 53));
        ServerAddress tls = new ServerAddress(ServerAddress.Protocol.TLS, address("2001:db8::53", 853), "dns.example");
        ServerAddress vpn = new ServerAddress(ServerAddress.Protocol.UDP, address("2001:db8::54", 53));
        assertEquals(
                new Configuration(
                        new Listen(List.of(address("192.0.2.1", 53), address("2001:db8::1", 5353)), networks, false),
                        new Marking(
                                Marking.Source.CONNTRACK,
                                false,
                                0xff00,
                                List.of(7, 0),
                                List.of(9),
                                Marking.Unknown.REFUSE,
                                0x89,
                                true),
                        List.of(
                                new UpstreamGroup(
                                        "clear",
                                        List.of(plain, tcp, tls),
                                        Strategy.SPREAD,
                                        ofMillis(500),
                                        ofSeconds(1),
                                        1,
                                        List.of()),
                                new UpstreamGroup(
                                        "vpn",
                                        List.of(
                                                vpn,
                                                new ResolvConf(Path.of("/etc/resolv.conf")),
                                                new ResolvConf(Path.of("/run/resolv.conf"))),
                                        Strategy.FASTEST,
                                        ofMinutes(1),
                                        ofMinutes(1),
                                        16,
                                        List.of())),
                        List.of(
                                new PolicyRule(
                                        Optional.of(new MarkMask(0x100, 0xf00)),
                                        PolicyNames.ALL,
                                        Optional.of("vpn"),
                                        new MarkMask(0x1, 0xff),
                                        Action.FORWARD,
                                        List.of(),
                                        PolicyRule.Cname.FOLLOW,
                                        List.of(),
                                        false,
                                        Optional.of(20)),
                                new PolicyRule(
                                        Optional.of(MarkMask.exactly(7)),
                                        PolicyNames.ALL,
                                        Optional.empty(),
                                        new MarkMask(0, 0),
                                        Action.REFUSE,
                                        List.of(),
                                        PolicyRule.Cname.FOLLOW,
                                        List.of(),
                                        false,
                                        Optional.empty())),
                        List.of(
                                domain("vpn", "corp.example"),
                                domain("clear", "16.172.in-addr.arpa", "17.172.in-addr.arpa")),
                        new Local(
                                false,
                                List.of(Path.of("/etc/hosts"), Path.of("/var/lib/leases/hosts")),
                                List.of(
                                        record("*.portal.example", "HTTPS", "1 . alpn=h2", ofMinutes(60)),
                                        record("portal.example", "A", "192.0.2.1", ofMinutes(5)))),
                        new Cache(
                                1 << 30,
                                0xf00,
                                ofSeconds(30),
                                ofHours(2),
                                ofHours(1),
                                true,
                                names("example.lan", "corp.example")),
                        new Limits(
                                1,
                                8,
                                9,
                                11,
                                12,
                                2,
                                3,
                                ofSeconds(4),
                                10,
                                1 << 30,
                                100_000,
                                5,
                                6,
                                ofMinutes(7),
                                ofMillis(800)),
                        new Log(
                                Log.Level.DEBUG,
                                Log.Format.JSON,
                                true,
                                Optional.of(new TapTarget(true, Path.of("/run/dnstap.sock")))),
                        new Control(Optional.of(Path.of("/run/other"))),
                        new Metrics(Optional.of(address("192.0.2.1", 9453)), 7, true),
                        List.of(new AccountRule(
                                new MarkMask(137, 0xff),
                                "room 137",
                                Optional.of(2L << 30),
                                Optional.of("/usr/bin/tell"))),
                        List.of()),
                Text.withoutWarnings(configuration));
    }

    private static DomainRule domain(String upstream, String... names) {
        return new DomainRule(names(names), Optional.of(upstream), new MarkMask(0, 0), List.of());
    }

    private static List<DomainName> names(String... names) {
        return Stream.of(names).map(DomainName::parse).toList();
    }

    private static OwnRecord record(String name, String type, String value, Duration ttl) {
        ResourceRecord record = ResourceRecord.parse(ResourceRecord.parseType(type), value, ttl);
        return new OwnRecord(DomainName.parse(name), record);
    }

    @Test
    void readsAFile() throws ConfigurationException {
        Configuration configuration = Configuration.read(Path.of("conf", "waymark.toml"));

        assertEquals(
                List.of(Path.of("/etc/resolv.conf")),
                configuration.upstreams().get(0).servers().stream()
                        .map(server -> ((ResolvConf) server).file())
                        .toList());
    }
}

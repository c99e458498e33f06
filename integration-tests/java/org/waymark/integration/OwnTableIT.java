package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.FailingCalls;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Waymark's own table: packets bring the mark of their connection along, and the host's firewall is left as it was. */
class OwnTableIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int CLIENT = 137;

    /** One process that has the table's name is another Waymark in a process namespace of its own; three are somebody else. */
    private static final List<String> NAMES_OF_PROCESS_1 = List.of("waymark-1", "waymark-4194305", "waymark-8388609");

    private static final String EXPECTED = """
            table IP NAME {
            	flags owner

            	set servers {
            		type TYPE . inet_proto . inet_service
            		elements = { SERVER . tcp . 53,
            			     SERVER . udp . 53 }
            	}

            	chain to_servers {
            		type filter hook output priority -199; policy accept;
            		udp sport 53 IP saddr ADDRESS meta mark set 0x00000000 accept
            		tcp sport 53 IP saddr ADDRESS meta mark set 0x00000000 accept
            		IP daddr . meta l4proto . th dport @servers meta skuid 0 ct mark set meta mark
            		ct state new IP daddr . meta l4proto . th dport @servers meta skuid 0 ct label set 127
            	}

            	chain from_servers {
            		type filter hook input priority -199; policy accept;
            		ct direction reply accept
            		udp dport 53 IP daddr ADDRESS accept
            		tcp dport 53 IP daddr ADDRESS accept
            		IP saddr . meta l4proto . th sport @servers meta skuid != 0 accept
            		IP saddr . meta l4proto . th sport @servers meta mark set socket mark ct mark set socket mark
            	}

            	chain answers {
            		type route hook output priority mangle + 1; policy accept;
            		udp sport 53 IP saddr ADDRESS meta mark set ct mark accept
            		tcp sport 53 IP saddr ADDRESS meta mark set ct mark accept
            	}

            	chain queries {
            		type filter hook input priority 2147483647; policy accept;
            		udp dport 53 IP daddr ADDRESS meta mark set UNKNOWN ct reply zone 7 meta mark set ct mark
            		udp dport 53 IP daddr ADDRESS ct reply zone 0 meta mark set ct mark
            	}
            }
            """;

    private static final String EXPECTED_LATE = """
            table IP NAME-late {
            	flags owner

            	set servers {
            		type TYPE . inet_proto . inet_service
            		elements = { SERVER . tcp . 53,
            			     SERVER . udp . 53 }
            	}

            	chain of_the_kernel {
            		type route hook output priority mangle + 1; policy accept;
            		meta l4proto udp accept
            		tcp flags rst IP daddr . meta l4proto . tcp dport @servers meta skuid != 4294967295 accept
            		tcp flags rst IP daddr . meta l4proto . tcp dport @servers ct label 127 meta mark set ct mark accept
            		tcp flags rst IP daddr . meta l4proto . tcp dport @servers ct direction original accept
            		tcp flags rst IP daddr . meta l4proto . tcp dport @servers drop
            		meta l4proto ICMP QUOTED @servers ct label 127 meta mark set ct mark accept
            		UNREACHABLE @servers ct original IP daddr . ct protocol . ct original proto-dst @servers accept
            		UNREACHABLE @servers drop
            	}
            }
            """;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void rules() {
        LAB.rules();
        LAB.shell(Host.GATEWAY, "for t in iptables ip6tables; do $t -t security -F; done");
    }

    /** The packet's own mark is other rules' business, whichever of their chains has set it last. */
    @ParameterizedTest
    @CsvSource({"CONNTRACK, IPV4", "CONNTRACK, IPV6", "LOOK_UP, IPV4", "LOOK_UP, IPV6"})
    void markIsThatOfTheConnectionAndNotOfThePacket(MarkSource source, Family family) {
        LAB.shell(Host.GATEWAY, """
                for t in iptables ip6tables; do
                    $t -t mangle -F PREROUTING
                    $t -t mangle -A PREROUTING -i lan -j CONNMARK --set-mark 21
                    $t -t mangle -A PREROUTING -i lan -j MARK --set-mark 22
                    $t -t security -A INPUT -i lan -j MARK --set-mark 23
                done
                """);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(family).marksFrom(source))) {
            assertEquals(OptionalLong.of(21), markUpstream(forwarder, family));
        }
    }

    /** The host's rules may mark a connection at their last opportunity. */
    @ParameterizedTest
    @EnumSource
    void markThatIsSetAsThePacketComesInCounts(Family family) {
        LAB.shell(
                Host.GATEWAY,
                "for t in iptables ip6tables; do $t -t security -A INPUT -i lan -j CONNMARK --set-mark 24; done");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(family))) {
            assertEquals(OptionalLong.of(24), markUpstream(forwarder, family));
        }
    }

    /** The first call that a worker would send a question to conntrack by fails. */
    @ParameterizedTest
    @CsvSource({"CONNTRACK, IPV4, 137", "CONNTRACK, IPV6, 137", "LOOK_UP, IPV4, 77"})
    void conntrackIsNotAskedForMarksThatPacketsBringAlong(MarkSource source, Family family, long mark) {
        Setup setup = setup(family).marksFrom(source).with("mark", "unknown-mark = 77");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            FailingCalls.during(
                    forwarder,
                    "sendto",
                    "EPERM",
                    () -> assertEquals(OptionalLong.of(mark), markUpstream(forwarder, family)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void tableIsItsOwnAndGoesWhenItStops(Family family) {
        Setup setup = Setup.listeningOn(family.gateway())
                .servers(family.upstream(53))
                .with("mark", "zones = [7, 0]")
                .with("mark", "answers = true");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            String name = "waymark-" + forwarder.pid();
            String ip = family == Family.IPV4 ? "ip" : "ip6";
            String address = family == Family.IPV4 ? "192.168.111.1" : "fd00:111::1";
            assertEquals(expected(EXPECTED, name, ip, address), list(ip, name));
            assertEquals(expected(EXPECTED_LATE, name, ip, address), list(ip, name + "-late"));
            assertFalse(nft("delete", "table", ip, name).status() == 0);
            nft("flush", "ruleset").orFail();
            assertTrue(tables().contains(name));
            forwarder.terminate();
            forwarder.awaitExit(SOON);
            assertFalse(tables().contains(name));
        }
    }

    private static String list(String ip, String name) {
        return nft("list", "table", ip, name)
                .output()
                .replaceAll(" # progname.*", "")
                .replaceAll("0x(?!00000000)[0-9a-f]{8}", "UNKNOWN");
    }

    private static String expected(String table, String name, String ip, String address) {
        boolean ipv4 = ip.equals("ip");
        String unreachable = ipv4
                ? "icmp type destination-unreachable icmp code port-unreachable"
                : "icmpv6 type destination-unreachable icmpv6 code port-unreachable";
        return table.replace("UNREACHABLE", unreachable + " QUOTED")
                .replace(
                        "QUOTED", ipv4 ? "@th,160,32 . @th,136,8 . @th,224,16" : "@th,128,128 . @th,112,8 . @th,384,16")
                .replace("ICMP", ipv4 ? "icmp" : "ipv6-icmp")
                .replace("IP", ip)
                .replace("NAME", name)
                .replace("TYPE", ipv4 ? "ipv4_addr" : "ipv6_addr")
                .replace("SERVER", ipv4 ? "10.99.0.53" : "2001:db8:99::53")
                .replace("ADDRESS", address);
    }

    /** Answers to its questions may still come, so it stays until the next one starts. */
    @Test
    void tableOfOneThatWasKilledIsRemovedByTheNext() {
        Setup setup = setup(Family.IPV4);
        String killed;
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            killed = "waymark-" + forwarder.pid();
            ProcessHandle.of(forwarder.pid()).orElseThrow().destroyForcibly();
            forwarder.awaitExit(SOON);
        }
        assertEquals(
                List.of("table ip " + killed + "-late", "table ip6 " + killed + "-late"),
                tables().lines().filter(table -> table.contains("waymark-")).toList());
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertFalse(tables().contains(killed), OwnTableIT::tables);
            assertTrue(tables().contains("waymark-" + forwarder.pid()));
        }
        assertFalse(tables().contains("waymark-"), OwnTableIT::tables);
    }

    /** The marks of connections to a server that the configuration does not name, but a file does, are its own business, too. */
    @Test
    void serversThatAFileNamesLaterAreInTheTable() throws IOException {
        LAB.shell(Host.GATEWAY, "iptables -t mangle -F OUTPUT");
        Path file = Files.writeString(Files.createTempFile("waymark-it", ".conf"), "nameserver 10.99.0.54\n");
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().server("resolv.conf:" + file))) {
            Files.writeString(file, "nameserver 10.99.0.53\n");
            Waiting.until(SOON, "the server is there", () -> nft("list", "ruleset")
                    .orFail()
                    .contains("10.99.0.53 . udp . 53"));
            Waiting.until(SOON, "it is asked", () -> forwarder.log().contains("its servers are 10.99.0.53"));
            assertEquals(OptionalLong.of(CLIENT), markUpstream(forwarder, Family.IPV4));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void noTableIsAddedWhereItIsNotWantedAndTheLogTellsWhatThatMeans() {
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, setup(Family.IPV4).marksFrom(MarkSource.LOOK_UP))) {
            assertFalse(tables().contains("waymark-"), forwarder::log);
            assertTrue(
                    forwarder.log().matches("(?s).*INFO mark\\.own-rule is false\\. .*the rule that saves the mark.*"),
                    forwarder::log);
            assertEquals(OptionalLong.of(CLIENT), markUpstream(forwarder, Family.IPV4));
        }
    }

    /** The kernel refuses a table where there is one of this name; in a process namespace of its own the names can be foreseen. */
    @Test
    void conntrackIsAskedWhereTheTableCanNotBeAdded() {
        for (String name : NAMES_OF_PROCESS_1) {
            nft("add", "table", "ip", name).orFail();
        }
        try (Forwarder forwarder = Forwarders.startWaymark(LAB, setup(Family.IPV4), "unshare", "--pid", "--fork")) {
            try {
                assertEquals(OptionalLong.of(CLIENT), markUpstream(forwarder, Family.IPV4));
                assertTrue(
                        forwarder.log().matches("(?s).*WARN .*mark\\.own-rule.*: File exists \\(errno 17\\)\\. .*"),
                        forwarder::log);
            } finally {
                ProcessHandle.of(forwarder.pid()).orElseThrow().children().forEach(ProcessHandle::destroy);
            }
        }
    }

    @AfterEach
    void takeTheNameBack() {
        for (String name : NAMES_OF_PROCESS_1) {
            nft("delete", "table", "ip", name);
        }
    }

    private static Setup setup(Family family) {
        return Setup.wildcard().servers(family.upstream(53));
    }

    private static String tables() {
        return nft("list", "tables").orFail();
    }

    private static Lab.Outcome nft(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "nft";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return LAB.exec(Host.GATEWAY, command);
    }

    /** The mark of the upstream connection that a client's query over UDP has led to. */
    private static OptionalLong markUpstream(Forwarder forwarder, Family family) {
        STUB.reset();
        byte[] query = Query.of("own.example", Query.A).bytes(1);
        try (UdpClient udp = UdpClient.from(LAB, family.client(CLIENT))) {
            assertArrayEquals(
                    Message.answerTo(query), udp.ask(query, family.gateway()).bytes(), forwarder::log);
        }
        StubServer.Seen seen = STUB.seen().get(0);
        return LAB.conntrack().markOf(seen.tcp(), seen.from(), seen.at());
    }
}

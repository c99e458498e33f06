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
    private static final Duration SOON = Waiting.PATIENCE;
    private static final int CLIENT = 137;

    /** One process that has the table's name is another Waymark in a process namespace of its own; three are somebody else. */
    private static final List<String> NAMES_OF_PROCESS_1 = List.of("waymark-1", "waymark-4194305", "waymark-8388609");

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
            assertEquals(OwnTableText.table(name, family), list(ip, name));
            assertEquals(OwnTableText.lateTable(name, family), list(ip, name + "-late"));
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

    /** Connections to them may still be open, and late answers on their way. */
    @Test
    void serversThatWereReplacedStayInTheTableWhateverChangesNext() throws IOException {
        Path servers = Files.writeString(Files.createTempFile("waymark-it", ".conf"), "nameserver 10.99.0.54\n");
        Path hosts = Files.createTempFile("waymark-it", ".hosts");
        Setup setup = Setup.wildcard().server("resolv.conf:" + servers).with("local", "hosts = [\"" + hosts + "\"]");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            change(forwarder, servers, "nameserver 10.99.0.55\n", "its servers are 10.99.0.55");
            change(forwarder, hosts, "192.0.2.1 changed.example\n", "hosts files have changed");
            change(forwarder, servers, "nameserver 10.99.0.53\n", "its servers are 10.99.0.53");
            assertEquals(OptionalLong.of(CLIENT), markUpstream(forwarder, Family.IPV4));
            for (String name : List.of("waymark-" + forwarder.pid(), "waymark-" + forwarder.pid() + "-late")) {
                String table = nft("list", "table", "ip", name).orFail();
                for (String server : List.of("10.99.0.53", "10.99.0.54", "10.99.0.55")) {
                    assertTrue(table.contains(server + " . udp . 53"), table);
                }
            }
        } finally {
            Files.delete(servers);
            Files.delete(hosts);
        }
    }

    private static void change(Forwarder forwarder, Path file, String text, String line) throws IOException {
        Files.writeString(file, text);
        Waiting.until(SOON, line, () -> forwarder.log().contains(line));
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

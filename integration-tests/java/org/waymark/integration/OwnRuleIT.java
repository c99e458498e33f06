package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
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

/** Packets bring the mark of their connection along, by a rule of Waymark's own, which leaves the host's firewall as it was. */
class OwnRuleIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int CLIENT = 137;

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
    @ValueSource(booleans = {false, true})
    void tableIsItsOwnAndGoesWithIt(boolean killed) {
        String before = tables();
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53)).with("mark", "zones = [7, 0]");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            String name = "waymark-" + forwarder.pid();
            assertEquals(
                    """
                    table inet %s {
                    	chain input {
                    		type filter hook input priority 2147483647; policy accept;
                    		udp dport 53 meta mark set 0x00000000 ct reply zone 7 meta mark set ct mark
                    	}
                    }
                    """.formatted(name),
                    nft("list", "table", "inet", name).output().replaceAll(" # progname.*|\tflags owner\n\n", ""));
            assertFalse(nft("delete", "table", "inet", name).status() == 0);
            nft("flush", "ruleset").orFail();
            assertTrue(tables().contains(name));
            if (killed) {
                ProcessHandle.of(forwarder.pid()).orElseThrow().destroyForcibly();
            } else {
                forwarder.terminate();
            }
            forwarder.awaitExit(SOON);
            Waiting.until(SOON, "the table is gone", () -> !tables().contains(name));
        }
        assertFalse(before.contains("waymark-"), before);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOOK_UP", "PACKET"})
    void noTableIsAddedWhereItIsNotWanted(MarkSource source) {
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, setup(Family.IPV4).marksFrom(source))) {
            assertFalse(tables().contains("waymark-"), forwarder::log);
            assertEquals(OptionalLong.of(CLIENT), markUpstream(forwarder, Family.IPV4));
        }
    }

    /** The kernel refuses the table where there is one of this name; in a process namespace of its own that can be foreseen. */
    @Test
    void conntrackIsAskedWhereTheTableCanNotBeAdded() {
        nft("add", "table", "inet", "waymark-1").orFail();
        try (Forwarder forwarder = Forwarders.startWaymark(LAB, setup(Family.IPV4), "unshare", "--pid", "--fork")) {
            try {
                assertEquals(OptionalLong.of(CLIENT), markUpstream(forwarder, Family.IPV4));
                assertTrue(
                        forwarder.log().matches("(?s).*INFO .*mark\\.own-rule.*: File exists \\(errno 17\\)\n.*"),
                        forwarder::log);
            } finally {
                ProcessHandle.of(forwarder.pid()).orElseThrow().children().forEach(ProcessHandle::destroy);
            }
        }
    }

    @AfterEach
    void takeTheNameBack() {
        nft("delete", "table", "inet", "waymark-1");
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

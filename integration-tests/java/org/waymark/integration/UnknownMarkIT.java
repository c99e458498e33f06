package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Edns;
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
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/**
 * A client whose packets conntrack does not see (NOTRACK), or about whom it does not answer, has no mark, which is not the mark
 * 0: the configuration decides.
 */
class UnknownMarkIT {
    private static final int UNTRACKED = 160;
    private static final int MARKED = 137;
    private static final int UNMARKED = 150;
    private static final int PROHIBITED = 18;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void leaveOneClientUntracked() {
        LAB.rules();
        STUB.reset();
        notrack("iptables", "192.168.111." + UNTRACKED);
        notrack("ip6tables", "fd00:111::" + UNTRACKED);
    }

    @ParameterizedTest
    @EnumSource
    void unknownMarkIsSentWithTheMarkOfTheConfiguration(Family family) {
        Setup setup = setup(family).with("mark", "unknown = \"forward\"").with("mark", "unknown-mark = 0x4d");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertEquals(
                    List.of(OptionalLong.of(0x4d), OptionalLong.of(0x4d)), marksUpstream(forwarder, family, UNTRACKED));
            assertEquals(
                    List.of(OptionalLong.of(MARKED), OptionalLong.of(MARKED)),
                    marksUpstream(forwarder, family, MARKED));
            assertEquals(List.of(OptionalLong.of(0), OptionalLong.of(0)), marksUpstream(forwarder, family, UNMARKED));
        }
    }

    @ParameterizedTest
    @EnumSource
    void unknownMarkIsZeroUnlessConfigured(Family family) {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(family))) {
            assertEquals(List.of(OptionalLong.of(0), OptionalLong.of(0)), marksUpstream(forwarder, family, UNTRACKED));
        }
    }

    @ParameterizedTest
    @EnumSource
    void unknownMarkIsRefusedWhenConfigured(Family family) {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(family).with("mark", "unknown = \"refuse\""))) {
            assertRefused(forwarder, family, UNTRACKED, false);
            assertRefused(forwarder, family, UNTRACKED, true);
            assertEquals(
                    List.of(OptionalLong.of(MARKED), OptionalLong.of(MARKED)),
                    marksUpstream(forwarder, family, MARKED));
            assertEquals(List.of(OptionalLong.of(0), OptionalLong.of(0)), marksUpstream(forwarder, family, UNMARKED));
            assertCounted(
                    forwarder,
                    "4 queries whose connection mark is known",
                    "2 queries whose connection conntrack has no entry for",
                    "2 queries refused: mark.unknown");
        }
    }

    /** The look-up fails as it would if the kernel took the right to it away: that is not the same as no entry. */
    @ParameterizedTest
    @EnumSource
    void markThatConntrackDoesNotTellIsNotThatOfTheQueryBefore(Family family) {
        Setup setup = setup(family).marksFrom(MarkSource.LOOK_UP).with("mark", "unknown-mark = 0x4d");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            for (boolean overTcp : List.of(false, true)) {
                for (int client : List.of(MARKED, UNMARKED, UNTRACKED)) {
                    assertEquals(OptionalLong.of(MARKED), markUpstream(forwarder, family, MARKED, overTcp));
                    failingToLookUp(
                            forwarder,
                            () -> assertEquals(
                                    OptionalLong.of(0x4d), markUpstream(forwarder, family, client, overTcp)));
                }
                assertEquals(OptionalLong.of(MARKED), markUpstream(forwarder, family, MARKED, overTcp));
            }
            marksUpstream(forwarder, family, UNTRACKED);
            assertCounted(
                    forwarder,
                    "8 queries whose connection mark is known",
                    "2 queries whose connection conntrack has no entry for",
                    "6 queries whose mark conntrack did not report because of an error");
        }
    }

    @Test
    void queryWhoseMarkConntrackDoesNotTellIsRefusedWhenConfigured() {
        Setup setup = setup(Family.IPV4).marksFrom(MarkSource.LOOK_UP).with("mark", "unknown = \"refuse\"");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            failingToLookUp(forwarder, () -> assertRefused(forwarder, Family.IPV4, MARKED, false));
            failingToLookUp(forwarder, () -> assertRefused(forwarder, Family.IPV4, MARKED, true));
            assertCounted(
                    forwarder,
                    "2 queries whose mark conntrack did not report because of an error",
                    "2 queries refused: mark.unknown");
            assertEquals(
                    List.of("WARN 2 queries whose mark conntrack did not report because of an error in the last 10 s:"
                            + " Operation not permitted (errno 1)"),
                    forwarder
                            .log()
                            .lines()
                            .filter(line -> line.startsWith("WARN") && line.contains("did not report"))
                            .toList(),
                    forwarder::log);
        }
    }

    /** The first thing that a worker sends for a query is the question to conntrack. */
    private static void failingToLookUp(Forwarder forwarder, Runnable asking) {
        FailingCalls.during(forwarder, "sendto", "EPERM", asking);
    }

    private static void assertRefused(Forwarder forwarder, Family family, int client, boolean overTcp) {
        STUB.reset();
        byte[] query = Query.of("unknown.example", Query.A).edns(1232, 0).bytes(5);
        byte[] answer = ask(family, client, overTcp, query);
        assertEquals(Message.REFUSED, Message.rcode(answer), forwarder::log);
        assertEquals(List.of(PROHIBITED), Edns.of(answer).orElseThrow().errors(), forwarder::log);
        assertEquals(List.of(), STUB.seen(), forwarder::log);
    }

    /** What the log says at the end. */
    private static void assertCounted(Forwarder forwarder, String... counts) {
        forwarder.terminate();
        forwarder.awaitExit(Waiting.PATIENCE);
        for (String count : counts) {
            assertTrue(
                    forwarder.log().matches("(?s).*[ ;] " + count + "[;\n].*"), () -> count + ": " + forwarder.log());
        }
    }

    /** Sockets last so long that no connection is removed from conntrack meanwhile, which would be the call that fails. */
    private static Setup setup(Family family) {
        return Setup.wildcard().servers(family.upstream(53)).with("limits", "upstream-socket-life = \"60s\"");
    }

    /** Both directions, as connections that are not to be tracked are configured. */
    private static void notrack(String iptables, String client) {
        for (List<String> side : List.of(List.of("PREROUTING", "-s"), List.of("OUTPUT", "-d"))) {
            LAB.exec(
                            Host.GATEWAY,
                            iptables,
                            "-t",
                            "raw",
                            "-A",
                            side.get(0),
                            side.get(1),
                            client,
                            "-j",
                            "CT",
                            "--notrack")
                    .orFail();
        }
    }

    /** The marks of the upstream connections that a client's query over UDP and one over TCP have led to. */
    private static List<OptionalLong> marksUpstream(Forwarder forwarder, Family family, int client) {
        return List.of(markUpstream(forwarder, family, client, false), markUpstream(forwarder, family, client, true));
    }

    private static OptionalLong markUpstream(Forwarder forwarder, Family family, int client, boolean overTcp) {
        STUB.reset();
        byte[] query = Query.of("c" + client + ".example", Query.A).bytes(client);
        assertArrayEquals(Message.answerTo(query), ask(family, client, overTcp, query), forwarder::log);
        assertEquals(1, STUB.seen().size(), forwarder::log);
        StubServer.Seen seen = STUB.seen().get(0);
        return LAB.conntrack().markOf(seen.tcp(), seen.from(), seen.at());
    }

    private static byte[] ask(Family family, int client, boolean overTcp, byte[] query) {
        InetSocketAddress gateway = family.gateway();
        if (overTcp) {
            try (TcpClient tcp = TcpClient.connect(LAB, family.client(client), gateway)) {
                return tcp.ask(query);
            }
        }
        try (UdpClient udp = UdpClient.from(LAB, family.client(client))) {
            return udp.ask(query, gateway).bytes();
        }
    }
}

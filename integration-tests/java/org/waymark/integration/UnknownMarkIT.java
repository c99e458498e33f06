package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.FailingCalls;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;

/**
 * A client whose packets conntrack does not see (NOTRACK), or about whom it does not answer, has no mark, which is not the mark
 * 0: the configuration decides.
 */
class UnknownMarkIT {
    private static final int UNTRACKED = 160;
    private static final int MARKED = 137;
    private static final int UNMARKED = 150;

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
        InetSocketAddress gateway = family.gateway();
        byte[] query = Query.of("unknown.example", Query.A).bytes(5);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(family).with("mark", "unknown = \"refuse\""));
                UdpClient udp = UdpClient.from(LAB, family.client(UNTRACKED));
                TcpClient tcp = TcpClient.connect(LAB, family.client(UNTRACKED), gateway)) {
            assertEquals(Message.REFUSED, Message.rcode(udp.ask(query, gateway).bytes()), forwarder::log);
            assertEquals(Message.REFUSED, Message.rcode(tcp.ask(query)), forwarder::log);
            assertEquals(List.of(), STUB.seen());
            assertEquals(
                    List.of(OptionalLong.of(MARKED), OptionalLong.of(MARKED)),
                    marksUpstream(forwarder, family, MARKED));
            assertEquals(List.of(OptionalLong.of(0), OptionalLong.of(0)), marksUpstream(forwarder, family, UNMARKED));
        }
    }

    /** Netlink's requests are the only ones that leave by sendto where all clients ask over UDP. */
    @ParameterizedTest
    @EnumSource
    void whileConntrackFailsEveryMarkIsUnknownAndTheLogSaysSoOnce(Family family) {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(family).with("mark", "unknown-mark = 0x4d"))) {
            assertEquals(OptionalLong.of(MARKED), markUpstream(forwarder, family, MARKED));
            FailingCalls.during(
                    () -> {
                        assertEquals(OptionalLong.of(0x4d), markUpstream(forwarder, family, MARKED));
                        assertEquals(OptionalLong.of(0x4d), markUpstream(forwarder, family, UNMARKED));
                    },
                    forwarder,
                    "sendto",
                    "ENOBUFS");
            assertEquals(OptionalLong.of(MARKED), markUpstream(forwarder, family, MARKED));
            forwarder.terminate();
            forwarder.awaitExit(Duration.ofSeconds(5));
            assertEquals(
                    List.of("WARN 2 queries whose mark conntrack did not tell because of an error in the last 10 s:"
                            + " No buffer space available (errno 105)"),
                    forwarder
                            .log()
                            .lines()
                            .filter(line -> line.startsWith("WARN"))
                            .toList(),
                    forwarder::log);
        }
    }

    private static Setup setup(Family family) {
        return Setup.wildcard().servers(family.upstream(53));
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
        OptionalLong overUdp = markUpstream(forwarder, family, client);
        STUB.reset();
        byte[] query = query(client);
        try (TcpClient tcp = TcpClient.connect(LAB, family.client(client), family.gateway())) {
            assertArrayEquals(Message.answerTo(query), tcp.ask(query), forwarder::log);
        }
        return List.of(overUdp, markOfTheQuerySeen());
    }

    /** The mark of the upstream connection that a client's query over UDP has led to. */
    private static OptionalLong markUpstream(Forwarder forwarder, Family family, int client) {
        STUB.reset();
        byte[] query = query(client);
        try (UdpClient udp = UdpClient.from(LAB, family.client(client))) {
            assertArrayEquals(
                    Message.answerTo(query), udp.ask(query, family.gateway()).bytes(), forwarder::log);
        }
        return markOfTheQuerySeen();
    }

    private static byte[] query(int client) {
        return Query.of("c" + client + ".example", Query.A).bytes(client);
    }

    private static OptionalLong markOfTheQuerySeen() {
        assertEquals(1, STUB.seen().size());
        StubServer.Seen seen = STUB.seen().get(0);
        return LAB.conntrack().markOf(seen.tcp(), seen.from(), seen.at());
    }
}

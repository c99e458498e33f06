package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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

/** Marks that are taken from packets are right only where rules restore them: Waymark says so where they do not. */
class PacketMarksIT {
    private static final int MARKED = 137;
    private static final String WARNING =
            "WARN a packet of .* came with mark 0x0 \\(0\\), but its connection has mark 0x89 \\(137\\): rules must restore it .*";

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void rules() {
        LAB.rules();
    }

    @ParameterizedTest
    @CsvSource({"IPV4, false", "IPV4, true", "IPV6, false", "IPV6, true"})
    void rulesThatDoNotRestoreMarksAreNoticed(Family family, boolean overTcp) {
        // They mark the connection, but not the packet.
        LAB.shell(Host.GATEWAY, """
                for t in iptables ip6tables; do
                    $t -t mangle -F PREROUTING
                    $t -t mangle -A PREROUTING -i lan -j CONNMARK --set-mark 137
                done
                """);
        assertNoticed(family, overTcp, () -> {});
    }

    @ParameterizedTest
    @EnumSource
    void tcpThatNoLongerTakesOverMarksIsNoticed(Family family) {
        assertNoticed(family, true, () -> LAB.acceptMarks(false));
    }

    private static void assertNoticed(Family family, boolean overTcp, Runnable meanwhile) {
        Setup setup = Setup.wildcard().servers(family.upstream(53)).marksFrom(MarkSource.PACKET);
        byte[] query = Query.of("spot.example", Query.A).bytes(5);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            meanwhile.run();
            Waiting.until(Waiting.PATIENCE, "a warning", () -> {
                assertArrayEquals(Message.answerTo(query), ask(family, overTcp, query), forwarder::log);
                return forwarder.log().lines().anyMatch(line -> line.matches(WARNING));
            });
        }
    }

    private static byte[] ask(Family family, boolean overTcp, byte[] query) {
        if (overTcp) {
            try (TcpClient tcp = TcpClient.connect(LAB, family.client(MARKED), family.gateway())) {
                return tcp.ask(query);
            }
        }
        try (UdpClient udp = UdpClient.from(LAB, family.client(MARKED))) {
            return udp.ask(query, family.gateway()).bytes();
        }
    }
}

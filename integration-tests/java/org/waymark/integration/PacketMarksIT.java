package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
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
            "WARN (1 sampled packet|\\d+ sampled packets) with a mark that was not the connection's in the last 10 s:"
                    + " rules must restore it .*";

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
        assertEquals(1, warningsAfterQueries(family, overTcp, () -> {}));
    }

    @ParameterizedTest
    @CsvSource({"IPV4, false", "IPV4, true", "IPV6, false", "IPV6, true"})
    void rulesOfTheRecipeGiveNoCauseForComplaint(Family family, boolean overTcp) {
        assertEquals(0, warningsAfterQueries(family, overTcp, () -> {}));
    }

    @ParameterizedTest
    @EnumSource
    void tcpThatNoLongerTakesOverMarksIsNoticed(Family family) {
        assertEquals(1, warningsAfterQueries(family, true, () -> LAB.acceptMarks(false)));
    }

    private static long warningsAfterQueries(Family family, boolean overTcp, Runnable meanwhile) {
        Setup setup = Setup.wildcard().servers(family.upstream(53)).marksFrom(MarkSource.PACKET);
        byte[] query = Query.of("spot.example", Query.A).bytes(5);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            meanwhile.run();
            // Whatever was sampled before, to see whether it listens, a second later another packet is.
            long sampledAgain = System.nanoTime() + Duration.ofMillis(1_200).toNanos();
            long askedAt;
            do {
                askedAt = System.nanoTime();
                assertArrayEquals(Message.answerTo(query), ask(family, overTcp, query), forwarder::log);
            } while (askedAt < sampledAgain);
            forwarder.terminate();
            forwarder.awaitExit(Waiting.PATIENCE);
            return forwarder.log().lines().filter(line -> line.matches(WARNING)).count();
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

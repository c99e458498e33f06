package org.waymark.integration;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.ExchangedMarks;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;

/** Conntrack is asked about a source port in the zone of the servers, which need not be that of the clients. */
class ZonesIT {
    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @BeforeEach
    void rules() {
        LAB.rules();
        STUB.reset();
    }

    @ParameterizedTest
    @CsvSource({"CONNTRACK, false", "CONNTRACK, true", "LOOK_UP, true", "PACKET, true"})
    void restartMixesNoMarksWhereOnlyClientsAreInAZone(MarkSource source, boolean killed) {
        putIntoZone("lan", 7);
        assertExact("clients in zone 7, servers in zone 0", source, killed, "zones = [7]");
    }

    @ParameterizedTest
    @CsvSource({"CONNTRACK, true", "LOOK_UP, true"})
    void restartMixesNoMarksWhereOnlyServersAreInAZone(MarkSource source, boolean killed) {
        putIntoZone("wan", 9);
        assertExact("clients in zone 0, servers in zone 9", source, killed, "upstream-zones = [9]");
    }

    /** Servers may be in either of two zones: both are asked about. */
    @ParameterizedTest
    @CsvSource({"CONNTRACK, true", "LOOK_UP, true"})
    void restartMixesNoMarksWhereClientsAndServersAreInZonesOfTheirOwn(MarkSource source, boolean killed) {
        putIntoZone("lan", 7);
        putIntoZone("wan", 9);
        assertExact("clients in zone 7, servers in zone 9", source, killed, "zones = [7]", "upstream-zones = [0, 9]");
    }

    private static void assertExact(String scenario, MarkSource source, boolean killed, String... zones) {
        ExchangedMarks.assertExact(
                "Restart, 400 ports: " + scenario + (killed ? ", killed" : "") + source.title(),
                LAB,
                STUB,
                () -> setup(source, zones),
                killed,
                "wan");
    }

    private static Setup setup(MarkSource source, String... zones) {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53)).marksFrom(source);
        for (String line : zones) {
            setup.with("mark", line);
        }
        return setup;
    }

    private static void putIntoZone(String link, int zone) {
        LAB.shell(Host.GATEWAY, """
                iptables -t raw -A PREROUTING -i %1$s -j CT --zone %2$d
                iptables -t raw -A OUTPUT -o %1$s -j CT --zone %2$d
                """.formatted(link, zone));
    }
}

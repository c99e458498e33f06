package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedPorts;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;

/** Far more marks come than there are source ports, as the subscribers of a hotspot do: none is refused, none takes another's port. */
class MarksComeAndGoIT {
    private static final int MARKS = 3000;
    /** At 300 marks a second each port is used again after some six seconds, if servers are told apart. */
    private static final int PER_SECOND = 300;

    private static final int SOAK_SECONDS = 120;
    private static final int SOAK_QUESTIONS = 3;
    private static final int MOST_MEBIBYTES = 160;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV4.upstream(54));

    @BeforeEach
    void rules() {
        LAB.rules("--nft");
        STUB.reset();
    }

    @Test
    void threeThousandMarksShareAThousandPortsInTenSeconds() {
        MarkedPorts clients = MarkedPorts.with(MARKS);
        clients.settleIn(LAB);
        LAB.shell(Host.GATEWAY, "echo 1024-49999,51000-65535 > /proc/sys/net/ipv4/ip_local_reserved_ports");
        Setup setup = setup().with("limits", "upstream-socket-life = \"100ms\"");
        try (Forwarder forwarder = Forwarders.startAsItsUser(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            assertEquals(
                    RecipeClients.allRight(MARKS),
                    clients.ask(LAB, Family.IPV4.gateway(), PER_SECOND, 1),
                    forwarder::log);
            ExactMarksTable.addExact("3,000 marks in ten seconds, 1,000 ports", MARKS, meter.measurement());
        } finally {
            LAB.shell(Host.GATEWAY, "echo > /proc/sys/net/ipv4/ip_local_reserved_ports");
        }
    }

    @Test
    @EnabledIfSystemProperty(
            named = "waymark.soak.marks",
            matches = "\\d+",
            disabledReason = "integration-tests/soak --marks runs it")
    void asManyMarksAsAreWantedComeInTwoMinutes() {
        int marks = Integer.getInteger("waymark.soak.marks");
        int queries = SOAK_QUESTIONS * marks;
        MarkedPorts clients = MarkedPorts.with(marks);
        clients.settleIn(LAB);
        try (Forwarder forwarder = Forwarders.startAsItsUser(LAB, setup());
                TruthMeter meter = TruthMeter.on(LAB)) {
            assertEquals(
                    RecipeClients.allRight(queries),
                    clients.ask(LAB, Family.IPV4.gateway(), marks / SOAK_SECONDS, SOAK_QUESTIONS),
                    forwarder::log);
            int resident = forwarder.residentMebibytes();
            System.out.printf("%,d marks in %d s: %d MiB are resident%n", marks, SOAK_SECONDS, resident);
            ExactMarksTable.addExact("Soak: %,d marks in two minutes".formatted(marks), queries, meter.measurement());
            assertTrue(resident < MOST_MEBIBYTES, () -> resident + " MiB are resident");
        }
    }

    private static Setup setup() {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53), Family.IPV4.upstream(54))
                .with("upstream", "strategy = \"spread\"");
    }
}

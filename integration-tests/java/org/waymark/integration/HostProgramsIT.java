package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.HostPrograms;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.Waiting;

/** The host's own programs ask the same server as Waymark, from ports that it has used: their connections have no client's mark. */
class HostProgramsIT {
    /** Some may be refused for want of a port. */
    private static final int FROM_CLIENTS = 4000;

    private static final int FROM_PROGRAMS = 1000;
    private static final int FROM_DIG = 20;
    private static final Duration SOON = Waiting.PATIENCE;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    /** Of 300 ports each is used again. */
    @BeforeEach
    void leaveFewPorts() {
        LAB.rules("--many");
        STUB.reset();
        LAB.shell(Host.GATEWAY, """
                cd /proc/sys/net/ipv4
                echo 50000 50299 > ip_local_port_range
                echo 1024-49999,50300-65535 > ip_local_reserved_ports
                """);
    }

    @ParameterizedTest
    @CsvSource({"CONNTRACK, IPV4", "CONNTRACK, IPV6", "LOOK_UP, IPV4"})
    void programsOfTheHostDoNotInheritTheMarksOfClients(MarkSource source, Family family) {
        Setup setup = Setup.wildcard()
                .servers(family.upstream(53))
                .marksFrom(source)
                .with("limits", "upstream-socket-life = \"100ms\"");
        try (Forwarder forwarder = Forwarders.startAsItsUser(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            Thread clients = new Thread(() -> RecipeClients.askOverUdp(LAB, family.gateway(), FROM_CLIENTS, 20));
            clients.setDaemon(true);
            clients.start();
            Waiting.until(SOON, "clients ask", () -> STUB.seen().size() > FROM_CLIENTS / 4);
            int answered = HostPrograms.ask(LAB, family.upstream(53), FROM_PROGRAMS);
            HostPrograms.digAsNobody(LAB, family.upstream(53), FROM_DIG);
            Waiting.until(SOON, "the clients are done", () -> !clients.isAlive());
            assertEquals(FROM_PROGRAMS, answered, forwarder::log);
            ExactMarksTable.addExact(
                    "The host's own programs ask, too, UDP, " + family + source.title(),
                    FROM_CLIENTS / 4 + FROM_PROGRAMS + FROM_DIG,
                    meter.measurement());
        }
    }
}

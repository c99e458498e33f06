package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Questioner;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;

/** Marks of packets can be read without any capability; it takes CAP_NET_RAW to set them on what goes upstream. */
class CapabilitiesIT {
    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @Test
    void marksOfPacketsGoUpstreamWithoutNetAdmin() {
        LAB.rules("--many");
        Setup setup = Setup.wildcard()
                .servers(Family.IPV4.upstream(53), Family.IPV6.upstream(53))
                .marksFrom(MarkSource.PACKET)
                .with("mark", "answers = true");
        try (Forwarder forwarder = Forwarders.startWaymark(
                        LAB,
                        setup,
                        "setpriv",
                        "--bounding-set",
                        "-all,+net_raw,+net_bind_service",
                        "--inh-caps",
                        "-all");
                TruthMeter meter = TruthMeter.on(LAB)) {
            Questioner questioner = new Questioner(LAB, Host.CLIENT);
            for (Family family : Family.values()) {
                questioner.ask(family.client(101), family.gateway(), 101);
                questioner.ask(family.client(102), family.gateway(), 102);
                questioner.ask(family.client(150), family.gateway(), 0);
            }
            meter.measurement().assertExact(questioner.queries());
            assertTrue(forwarder.log().contains("can't ask conntrack which"), forwarder::log);
        }
    }
}

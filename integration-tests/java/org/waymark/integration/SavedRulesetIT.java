package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Measurement;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.RepeatedCommand;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.Waiting;

/** The host's rules can be saved while Waymark runs, less its own table, and loaded again at any time. */
class SavedRulesetIT {
    private static final int QUERIES = 5000;
    private static final Duration SOON = Waiting.PATIENCE;

    /** As an administrator would, and as README.md and docs/firewall.md say. */
    private static final String SAVE = "nft list ruleset | sed '/^table ip6\\? waymark-[0-9]/,/^}/d'";

    private static final String LOAD = "(echo flush ruleset; " + SAVE + ") | nft -f -";

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @ParameterizedTest
    @EnumSource
    void savedRulesLoadWhileItRunsAndMarksStayRight(Family family) {
        LAB.rules("--many", "--nft");
        Setup setup = Setup.wildcard().servers(family.upstream(53));
        String saved;
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            String table = "waymark-" + forwarder.pid();
            try (TruthMeter meter = TruthMeter.on(LAB)) {
                RepeatedCommand.during(
                        LAB,
                        Host.GATEWAY,
                        LOAD,
                        "0.2",
                        () -> assertEquals(
                                RecipeClients.allRight(QUERIES),
                                RecipeClients.askOverUdp(LAB, family.gateway(), QUERIES, 50),
                                forwarder::log));
                // The meter's own table is loaded anew, too, and misses some packets meanwhile.
                Measurement measured = meter.measurement();
                measured.assertExact(QUERIES * 9 / 10);
                ExactMarksTable.add(
                        Forwarders.WAYMARK,
                        "Rules saved and loaded all the time, UDP, " + family,
                        QUERIES,
                        measured.packets(),
                        measured.wrong());
            }
            saved = gateway(SAVE);
            assertFalse(saved.contains("waymark-"), saved);
            assertTrue(gateway("nft list ruleset").contains(table), "its own table is still there");
            forwarder.terminate();
            forwarder.awaitExit(SOON);
        }
        LAB.loadNft(Host.GATEWAY, "flush ruleset\n" + saved);
        assertEquals(saved, gateway("nft list ruleset"));
    }

    private static String gateway(String command) {
        return LAB.exec(Host.GATEWAY, "sh", "-ec", command).orFail();
    }
}

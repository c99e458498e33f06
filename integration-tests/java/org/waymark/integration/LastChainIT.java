package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.Crowd;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Measurement;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;

/** Of chains of the same priority the one loaded last sees a packet first: somebody else's may come after Waymark's. */
class LastChainIT {
    private static final int QUERIES = 430;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    private final MarkedClients clients = MarkedClients.with(32);

    @BeforeEach
    void rules() {
        LAB.rules();
        STUB.reset();
        clients.settleIn(LAB);
    }

    @AfterEach
    void takeTheChainAway() {
        for (String kind : List.of("inet", "ip", "ip6")) {
            LAB.exec(Host.GATEWAY, "nft", "delete", "table", kind, "last");
        }
    }

    @ParameterizedTest
    @CsvSource({"inet, IPV4", "inet, IPV6", "ip, IPV4", "ip6, IPV6"})
    void marksAreLookedUpWhereAnotherChainSeesPacketsLater(String kind, Family family) throws IOException {
        loadChainThatSetsMarks(kind);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(family));
                TruthMeter meter = TruthMeter.on(LAB)) {
            ask(family);
            addExact("another program's last chain, loaded before (" + kind + ", " + family + ")", meter.measurement());
            assertEquals(1, complaints(forwarder), forwarder::log);
        }
    }

    @ParameterizedTest
    @CsvSource({"inet, IPV4", "inet, IPV6", "ip, IPV4", "ip6, IPV6"})
    void chainThatIsLoadedLaterDoesNoHarm(String kind, Family family) throws IOException {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(family));
                TruthMeter meter = TruthMeter.on(LAB)) {
            loadChainThatSetsMarks(kind);
            ask(family);
            addExact("another program's last chain, loaded after (" + kind + ", " + family + ")", meter.measurement());
            assertEquals(0, complaints(forwarder), forwarder::log);
        }
    }

    private void ask(Family family) throws IOException {
        try (Crowd crowd = Crowd.of(LAB, clients.addresses(family), family.gateway())) {
            assertEquals(new Crowd.Result(QUERIES, 0, List.of()), crowd.ask(QUERIES, 50, clients.ownNames()));
        }
    }

    private static void addExact(String scenario, Measurement measured) {
        ExactMarksTable.addExact("Firewall: " + scenario, QUERIES, measured);
    }

    private static long complaints(Forwarder forwarder) {
        return forwarder
                .log()
                .lines()
                .filter(line -> line.contains("mark.own-rule"))
                .count();
    }

    private static Setup setup(Family family) {
        return Setup.wildcard().servers(family.upstream(53));
    }

    private static void loadChainThatSetsMarks(String kind) {
        LAB.loadNft(Host.GATEWAY, """
                table %s last {
                    chain input {
                        type filter hook input priority 2147483647; policy accept;
                        iifname "lan" udp dport 53 meta mark set 99
                    }
                }
                """.formatted(kind));
    }
}

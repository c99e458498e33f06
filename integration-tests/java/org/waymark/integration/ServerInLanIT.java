package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;

/** A server that is itself a marked client of the LAN answers: its answers belong to those who asked, and not to the server. */
class ServerInLanIT {
    private static final int QUERIES = 2000;
    private static final int ROUNDS = 10;
    private static final long ALL_BITS = 0xffff_ffffL;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB =
            StubServer.on(LAB, Host.CLIENT, serverOf(Family.IPV4), serverOf(Family.IPV6));

    /** The rules mark it with 137 when it asks. */
    private static InetSocketAddress serverOf(Family family) {
        return new InetSocketAddress(family.client(137), 53);
    }

    @ParameterizedTest
    @CsvSource({
        "CONNTRACK, IPV4, iptables",
        "CONNTRACK, IPV6, iptables",
        "CONNTRACK, IPV4, nft",
        "CONNTRACK, IPV6, nft",
        "LOOK_UP, IPV4, iptables",
        "LOOK_UP, IPV6, nft",
        "PACKET, IPV4, iptables",
        "PACKET, IPV6, nft"
    })
    void answersDoNotTakeTheMarkOfTheServerThatSendsThem(MarkSource source, Family family, String format) {
        LAB.rules(format.equals("nft") ? new String[] {"--many", "--nft"} : new String[] {"--many"});
        Setup setup = Setup.wildcard().servers(serverOf(family)).marksFrom(source);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter overUdp = TruthMeter.on(LAB, ALL_BITS, "lan")) {
            assertEquals(
                    RecipeClients.allRight(QUERIES),
                    RecipeClients.askOverUdp(LAB, family.gateway(), QUERIES, 100),
                    forwarder::log);
            String row = "Server that is a marked client, " + family + ", rules in " + format + source.title();
            ExactMarksTable.addExact(row + ", UDP", QUERIES, overUdp.measurement());
            try (TruthMeter overTcp = TruthMeter.on(LAB, ALL_BITS, "lan")) {
                int questions = ROUNDS * RecipeClients.count();
                assertEquals(
                        RecipeClients.allRight(questions),
                        RecipeClients.askOverTcp(LAB, family.gateway(), ROUNDS),
                        forwarder::log);
                ExactMarksTable.addExact(row + ", TCP", questions, overTcp.measurement());
            }
        }
    }
}

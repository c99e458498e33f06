package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Measurement;
import org.waymark.lab.Questioner;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;

/** Where the gateway routes by mark, a client's queries leave by the link of its mark, with that link's address; others' do not. */
class RoutingByMarkIT {
    private static final int ROUTED = 101;
    private static final List<Integer> OTHERS = List.of(102, 137, 150);
    private static final int ROUNDS = 5;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    private static long due(int client) {
        return client == 150 ? 0 : client;
    }

    @Test
    void queriesLeaveByTheLinkOfTheirMark() {
        LAB.rules("--many");
        LAB.routeOverSecondLink(101);
        for (Family server : Family.values()) {
            try (Forwarder forwarder =
                            Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(server.upstream(53)));
                    TruthMeter first = TruthMeter.on(LAB);
                    TruthMeter second = TruthMeter.on(LAB, 0xffff_ffffL, "wan2")) {
                Questioner routed = new Questioner(LAB, Host.CLIENT);
                Questioner others = new Questioner(LAB, Host.CLIENT);
                ask(routed, List.of(ROUTED));
                ask(others, OTHERS);
                assertEquals(sourcesDue(server), sources(server), forwarder::log);
                addRow("the link of one mark, server " + server, routed, second.measurement());
                addRow("the link of all others, server " + server, others, first.measurement());
            }
        }
    }

    private static void ask(Questioner questioner, List<Integer> clients) {
        for (int round = 0; round < ROUNDS; round++) {
            for (int client : clients) {
                for (Family family : Family.values()) {
                    questioner.ask(family.client(client), family.gateway(), due(client));
                }
            }
        }
    }

    private static void addRow(String scenario, Questioner questioner, Measurement measured) {
        ExactMarksTable.addExact("Routing by mark: " + scenario, questioner.queries(), measured);
        assertEquals(questioner.queries(), measured.queries(), "no other query takes this link");
    }

    /** From which addresses the server was asked with which mark, and how many times. */
    private static Map<String, Integer> sources(Family server) {
        Map<String, Integer> sources = new TreeMap<>();
        for (StubServer.Seen query : STUB.seen()) {
            if (query.at().equals(server.upstream(53))) {
                String mark = query.name().replaceAll(".*\\.m|\\.example", "");
                sources.merge("mark " + mark + " from " + query.from().getAddress(), 1, Integer::sum);
            }
        }
        return sources;
    }

    private static Map<String, Integer> sourcesDue(Family server) {
        String own = server == Family.IPV4 ? "10.98.0.1" : "2001:db8:98::1";
        String common = server == Family.IPV4 ? "10.99.0.1" : "2001:db8:99::1";
        int each = 2 * 2 * ROUNDS;
        Map<String, Integer> sources = new TreeMap<>();
        sources.put("mark " + ROUTED + " from " + Family.address(own), each);
        OTHERS.forEach(client -> sources.put("mark " + due(client) + " from " + Family.address(common), each));
        return sources;
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;

/**
 * A client whose packets are no longer tracked has no mark, although conntrack still has an entry of its addresses and ports; a client
 * whose mark is 0 has one.
 */
class NoLongerTrackedIT {
    private static final int UNKNOWN = 77;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    private final List<Client> clients = new ArrayList<>();
    private int queries;

    /** A socket of a client. */
    private record Client(Family family, int number, UdpClient socket) {
        /** As the recipe for many has it. */
        long mark() {
            return number <= 132 || number == 137 ? number : 0;
        }

        /** Among the others, too, some have a mark and some have none. */
        boolean isTrackedToTheEnd() {
            return number < 105 || number > 144;
        }
    }

    @BeforeEach
    void openSockets() {
        LAB.rules("--many");
        for (Family family : Family.values()) {
            for (int number = 101; number <= 148; number++) {
                clients.add(new Client(family, number, UdpClient.from(LAB, family.client(number))));
            }
        }
    }

    @AfterEach
    void closeSockets() {
        clients.forEach(client -> client.socket.close());
        LAB.exec(Host.GATEWAY, "nft", "delete", "table", "inet", "untracked");
    }

    @Test
    void clientsThatAreNoLongerTrackedHaveUnknownMark() {
        Setup setup = Setup.wildcard()
                .servers(Family.IPV4.upstream(53), Family.IPV6.upstream(53))
                .with("mark", "unknown-mark = " + UNKNOWN);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            clients.forEach(client -> ask(client, client.mark(), forwarder));
            stopTracking();
            clients.forEach(client -> ask(client, client.isTrackedToTheEnd() ? client.mark() : UNKNOWN, forwarder));
            ExactMarksTable.addExact("80 of 96 clients no longer tracked", queries, meter.measurement());
        }
    }

    private void ask(Client client, long due, Forwarder forwarder) {
        byte[] query =
                Query.of("q" + queries++ + ".m" + due + ".example", Query.TXT).bytes(queries);
        assertArrayEquals(
                Message.answerTo(query),
                client.socket.ask(query, client.family.gateway()).bytes(),
                forwarder::log);
    }

    private static void stopTracking() {
        LAB.loadNft(Host.GATEWAY, """
                table inet untracked {
                    chain prerouting {
                        type filter hook prerouting priority raw; policy accept;
                        ip saddr 192.168.111.105-192.168.111.144 notrack
                        ip6 saddr fd00:111::105-fd00:111::144 notrack
                    }
                    chain output {
                        type filter hook output priority raw; policy accept;
                        ip daddr 192.168.111.105-192.168.111.144 notrack
                        ip6 daddr fd00:111::105-fd00:111::144 notrack
                    }
                }
                """);
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.Family;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.UdpClient;

/** A query to everybody reaches a wildcard listener, once for each of its sockets. It is nobody's query: it goes nowhere. */
class BroadcastIT {
    /** The kernel spreads them over all workers, so that each has read what came before. */
    private static final int QUERIES_AFTERWARDS = 64;

    @RegisterExtension
    private static final OneServerLab LAB = new OneServerLab();

    @ParameterizedTest
    @CsvSource({"255.255.255.255, 137", "192.168.111.255, 137", "255.255.255.255, 150", "192.168.111.255, 150"})
    void broadcastQueryIsNotForwarded(String address, int client) {
        byte[] toAll = Query.of("everybody.example", Query.A).bytes(1);
        try (UdpClient asking = UdpClient.from(LAB.lab(), Family.IPV4.client(client))) {
            asking.send(toAll, new InetSocketAddress(Family.address(address), 53));
            for (int i = 0; i < QUERIES_AFTERWARDS; i++) {
                byte[] toOne = Query.of("q" + i + ".example", Query.A).bytes(i);
                try (UdpClient other = UdpClient.from(LAB.lab(), Family.IPV4.client(client))) {
                    assertArrayEquals(
                            Message.answerTo(toOne),
                            other.ask(toOne, Family.IPV4.gateway()).bytes());
                }
            }
            assertEquals(List.of(), LAB.stub().seen("everybody.example"));
            // The same question put to the gateway itself is answered as any other.
            assertArrayEquals(
                    Message.answerTo(toAll),
                    asking.ask(toAll, Family.IPV4.gateway()).bytes());
            assertEquals(1, LAB.stub().seen("everybody.example").size());
        }
    }
}

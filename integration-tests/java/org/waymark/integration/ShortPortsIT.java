package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.lab.Edns;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Measurement;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** With more marks than source ports, as many are served as there are ports, and the others are refused: no port is ever mixed. */
class ShortPortsIT {
    private static final int PORTS = 12;
    /** All with a mark but the last. */
    private static final List<Integer> CLIENTS = IntStream.concat(IntStream.rangeClosed(101, 132), IntStream.of(150))
            .boxed()
            .toList();

    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final int NOT_READY = 14;
    private static final Duration PATIENCE = Waiting.PATIENCE;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    private int asked;
    private int refused;

    /** Other programs have ports of their own, which Waymark never uses. */
    @BeforeEach
    void leaveFewPorts() {
        LAB.rules("--many");
        LAB.shell(Host.GATEWAY, """
                cd /proc/sys/net/ipv4
                echo 0 > ip_unprivileged_port_start
                echo 500 900 > ip_local_port_range
                echo 1024-60999,61012-65535 > ip_local_reserved_ports
                """);
    }

    @Test
    void asManyMarksAreServedAsThereArePortsOfTheTransportAndFamily() {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup());
                TruthMeter meter = TruthMeter.on(LAB)) {
            int first = 0;
            for (Family server : Family.values()) {
                for (boolean overTcp : List.of(false, true)) {
                    // Others than before come first: were ports shared, they would be taken.
                    List<Integer> clients = new ArrayList<>(CLIENTS);
                    Collections.rotate(clients, first);
                    first += PORTS;
                    assertEquals(
                            clients.subList(0, PORTS),
                            clients.stream()
                                    .filter(client -> isServed(client, overTcp, server))
                                    .toList(),
                            forwarder::log);
                }
            }
            Measurement measured = meter.measurement();
            assertEquals(4 * PORTS, measured.queries(), "what is refused does not go upstream");
            measured.assertExact(4 * PORTS);
            ExactMarksTable.add(
                    Forwarders.WAYMARK,
                    "33 marks and 12 ports: answered or refused",
                    asked,
                    measured.packets(),
                    measured.wrong());
            assertRefusalsAreCounted(forwarder);
        }
    }

    /** A port is another mark's as soon as its socket is closed, for which it is not waited that conntrack forgets by itself. */
    @Test
    void portsGoToOtherMarksWhenTheirConnectionsAreOver() {
        try (Forwarder forwarder =
                        Forwarders.WAYMARK.start(LAB, setup().with("limits", "upstream-socket-life = \"10s\""));
                TruthMeter meter = TruthMeter.on(LAB)) {
            List<Integer> early = CLIENTS.subList(0, PORTS);
            List<Integer> late = CLIENTS.subList(CLIENTS.size() - PORTS, CLIENTS.size());
            early.forEach(client -> assertTrue(isServed(client, false, Family.IPV4), forwarder::log));
            late.forEach(client -> assertTrue(!isServed(client, false, Family.IPV4), forwarder::log));
            for (int client : late) {
                Waiting.until(PATIENCE, client + " has a port", () -> isServed(client, false, Family.IPV4));
            }
            Measurement measured = meter.measurement();
            measured.assertExact(2 * PORTS);
            ExactMarksTable.add(
                    Forwarders.WAYMARK, "24 marks by turns on 12 ports", asked, measured.packets(), measured.wrong());
            assertRefusalsAreCounted(forwarder);
        }
    }

    private void assertRefusalsAreCounted(Forwarder forwarder) {
        forwarder.terminate();
        forwarder.awaitExit(PATIENCE);
        assertTrue(
                forwarder.log().contains("; " + refused + " queries refused: no source port is free of other marks"),
                () -> refused + " were refused: " + forwarder.log());
    }

    /** Whether a query is answered; otherwise it must be refused for now. */
    private boolean isServed(int client, boolean overTcp, Family server) {
        String zone = server == Family.IPV4 ? ".four.example" : ".six.example";
        byte[] query = Query.of("q" + asked++ + ".m" + (client == 150 ? 0 : client) + zone, Query.TXT)
                .edns(1232, 0)
                .bytes(asked);
        byte[] answer = overTcp ? askOverTcp(client, query) : askOverUdp(client, query);
        if (Message.rcode(answer) == Message.REFUSED) {
            assertEquals(List.of(NOT_READY), Edns.of(answer).orElseThrow().errors());
            refused++;
            return false;
        }
        assertEquals(Message.NOERROR, Message.rcode(answer));
        return true;
    }

    private static byte[] askOverUdp(int client, byte[] query) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(client))) {
            return udp.ask(query, GATEWAY).bytes();
        }
    }

    private static byte[] askOverTcp(int client, byte[] query) {
        try (TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(client), GATEWAY)) {
            return tcp.ask(query);
        }
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53)).append("""
                [[upstream]]
                name = "six"
                servers = ["2001:db8:99::53"]
                [[domain]]
                name = "six.example"
                upstream = "six"
                """);
    }
}

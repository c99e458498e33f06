package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** A server that leads back to Waymark is found out, and does no more harm than one that is down. */
class ForwardingLoopIT {
    private static final int CLIENT = 137;
    private static final Duration REPORTED = Waiting.PATIENCE;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @AfterEach
    void leadNothingBack() {
        LAB.rules();
    }

    @ParameterizedTest
    @EnumSource
    void queryToAServerThatIsWaymarkItselfIsRefused(Family family) {
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(family.secondGateway()))) {
            assertRefused(family);
            awaitReport(forwarder, family.secondGateway());
            assertTrue(forwarder.log().contains("of the group default is Waymark itself"), forwarder::log);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @ParameterizedTest
    @EnumSource
    void queryToAServerThatTheFirewallTurnsIntoWaymarkIsRefused(Family family) {
        for (String protocol : List.of("udp", "tcp")) {
            exec(family, "-t", "nat", "-A", "OUTPUT", "-o", "wan", "-p", protocol, "--dport", "53", "-j", "REDIRECT");
        }
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(family.upstream(54)))) {
            assertRefused(family);
            awaitReport(forwarder, family.upstream(54));
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void reportsAreFewHoweverManyQueriesComeBack() {
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(Family.IPV4.secondGateway()))) {
            for (int i = 0; i < 50; i++) {
                assertRefused(Family.IPV4);
            }
            awaitReport(forwarder, Family.IPV4.secondGateway());
            assertTrue(reports(forwarder) <= 2, forwarder::log);
        }
    }

    /** What another forwarder sends back can't be recognised; it ends because a question in flight is not asked again. */
    @Test
    void twoForwardersThatAskEachOtherComeToRest() throws IOException {
        try (DatagramSocket back = LAB.in(Host.UPSTREAM, () -> new DatagramSocket());
                Forwarder forwarder = Forwarders.WAYMARK.start(
                        LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)).tries("500ms", 3));
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(CLIENT))) {
            InetSocketAddress gateway = new InetSocketAddress(Family.address("10.99.0.1"), 53);
            STUB.plays((query, line) -> send(back, Message.withId(query.bytes(), 1), gateway));

            byte[] answer = client.ask(Query.of("round.example", Query.A).bytes(3), Family.IPV4.gateway())
                    .bytes();

            assertEquals(Message.SERVFAIL, Message.rcode(answer));
            int seen = STUB.seen("round.example").size();
            assertTrue(seen <= 12, () -> seen + " queries for one");
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    private static void send(DatagramSocket socket, byte[] message, InetSocketAddress to) {
        try {
            socket.send(new DatagramPacket(message, message.length, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRefused(Family family) {
        byte[] query = Query.of("www.example", Query.A).edns(1232, 0).bytes(4);
        try (UdpClient udp = UdpClient.from(LAB, family.client(CLIENT));
                TcpClient tcp = TcpClient.connect(LAB, family.client(CLIENT), family.gateway())) {
            for (byte[] answer : List.of(udp.ask(query, family.gateway()).bytes(), tcp.ask(query))) {
                assertEquals(4, Message.id(answer));
                assertEquals(Message.REFUSED, Message.rcode(answer));
            }
        }
    }

    private static void awaitReport(Forwarder forwarder, InetSocketAddress server) {
        Waiting.until(REPORTED, "the log tells of the loop", () -> reports(forwarder) > 0);
        String address = server.getAddress().getHostAddress().replaceAll("(^|:)0(:0)+:", "::");
        assertTrue(
                forwarder.log().lines().anyMatch(line -> line.contains("came back") && line.contains(address)),
                () -> address + " in " + forwarder.log());
    }

    private static long reports(Forwarder forwarder) {
        return forwarder
                .log()
                .lines()
                .filter(line -> line.contains("is Waymark itself or leads back to it"))
                .count();
    }

    private static void exec(Family family, String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = family == Family.IPV4 ? "iptables" : "ip6tables";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        LAB.exec(Host.GATEWAY, command).orFail();
    }
}

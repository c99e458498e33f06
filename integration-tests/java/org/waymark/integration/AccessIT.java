package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.Duty;
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

/** Who may ask: private networks unless the configuration says otherwise; all others are refused. */
class AccessIT {
    private static final byte[] QUERY =
            Query.of("www.example", Query.A).edns(1232, 0).bytes(21);
    private static final String PUBLIC_CLIENT = "198.51.100.7";

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @BeforeEach
    void forgetQueries() {
        STUB.reset();
    }

    @Test
    void clientOutsideAllowFromIsRefused() {
        Setup setup = setup().with("listen", "allow-from = [\"192.168.111.128/25\", \"fd00:111::150/128\"]");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertRefused(Family.IPV4.client(101), Family.IPV4.gateway());
            assertRefused(Family.IPV6.client(137), Family.IPV6.gateway());
            assertEquals(List.of(), STUB.seen(), forwarder::log);
            assertAnswered(Family.IPV4.client(137), Family.IPV4.gateway());
            assertAnswered(Family.IPV6.client(150), Family.IPV6.gateway());
        }
    }

    @Test
    @Duty(11)
    void publicClientIsRefusedUnlessAnyoneMayAsk() {
        LAB.exec(Host.CLIENT, "ip", "address", "add", PUBLIC_CLIENT + "/32", "dev", "lan")
                .orFail();
        LAB.exec(Host.GATEWAY, "ip", "route", "add", PUBLIC_CLIENT + "/32", "dev", "lan")
                .orFail();
        InetAddress client = Family.address(PUBLIC_CLIENT);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup())) {
            assertRefused(client, Family.IPV4.gateway());
            assertEquals(List.of(), STUB.seen(), forwarder::log);
        }
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().with("listen", "allow-from = [\"any\"]"))) {
            assertAnswered(client, Family.IPV4.gateway());
            assertEquals(2, STUB.seen().size(), forwarder::log);
        }
    }

    /** As with IPv6, of which every network is public. One that stands for everybody lets nobody in. */
    @Test
    void clientsOnTheGatewaysOwnNetworksMayAskFromWhenItIsOnThem() {
        LAB.shell(Host.GATEWAY, "ip address add 2001:db8:111::1/64 dev lan nodad");
        LAB.shell(Host.CLIENT, """
                ip address add 2001:db8:111::137/64 dev lan nodad
                ip address add 2001:db8:112::137/128 dev lan nodad
                ip address add 203.0.113.7/24 dev lan
                ip route add 203.0.113.1 dev lan
                """);
        LAB.shell(Host.GATEWAY, """
                ip route add 2001:db8:112::137 dev lan
                ip route add 203.0.113.7 dev lan
                """);
        InetAddress late = Family.address("203.0.113.7");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup())) {
            assertAnswered(Family.address("2001:db8:111::137"), Family.IPV6.gateway());
            assertRefused(late, Family.IPV4.gateway());
            LAB.shell(Host.GATEWAY, """
                    ip address add 2001:db8:7::1/0 dev lan nodad noprefixroute
                    ip address add 203.0.113.1/24 dev lan
                    """);
            Waiting.until(
                    Waiting.PATIENCE,
                    "the new network is taken over",
                    () -> forwarder
                            .log()
                            .contains(
                                    "(listen.allow-from, \"private\"): 2001:db8:111:0:0:0:0:0/64, 2001:db8:99:0:0:0:0:0/64, 203.0.113.0/24\n"));
            Waiting.until(Waiting.PATIENCE, "every worker knows the new network", () -> isAnswered(late));
            assertRefused(Family.address("2001:db8:112::137"), Family.IPV6.gateway());
        }
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53));
    }

    private static void assertRefused(InetAddress client, InetSocketAddress gateway) {
        for (byte[] answer : ask(client, gateway)) {
            assertEquals(Message.id(QUERY), Message.id(answer));
            assertEquals(Message.REFUSED, Message.rcode(answer));
            assertEquals("www.example", Message.name(answer));
        }
    }

    private static void assertAnswered(InetAddress client, InetSocketAddress gateway) {
        for (byte[] answer : ask(client, gateway)) {
            assertArrayEquals(Message.answerTo(QUERY), answer);
        }
    }

    private static boolean isAnswered(InetAddress client) {
        return ask(client, Family.IPV4.gateway()).stream()
                .allMatch(answer -> Arrays.equals(Message.answerTo(QUERY), answer));
    }

    private static List<byte[]> ask(InetAddress client, InetSocketAddress gateway) {
        try (UdpClient udp = UdpClient.from(LAB, client);
                TcpClient tcp = TcpClient.connect(LAB, client, gateway)) {
            return List.of(udp.ask(QUERY, gateway).bytes(), tcp.ask(QUERY));
        }
    }
}

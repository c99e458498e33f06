package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
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

    private static List<byte[]> ask(InetAddress client, InetSocketAddress gateway) {
        try (UdpClient udp = UdpClient.from(LAB, client);
                TcpClient tcp = TcpClient.connect(LAB, client, gateway)) {
            return List.of(udp.ask(QUERY, gateway).bytes(), tcp.ask(QUERY));
        }
    }
}

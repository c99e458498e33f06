package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

/** With {@code require-route}, nothing of a policy's queries leaves by another link than that of the mark's route, whatever happens to it. */
class RequiredRouteIT {
    private static final long BACK_MILLIS = 100;
    private static final int FLAPS = 200;
    private static final String LOSS = "ip route del default table 100";
    private static final String REMEDY = "ip route add default via 10.98.0.53 dev wan2 src 10.98.0.1 table 100";
    private static final String RULE = "[[policy]]\nmark = 137\n";

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeAll
    static void routes() {
        LAB.routeOverSecondLink(137);
        LAB.shell(Host.GATEWAY, "echo 0 > /proc/sys/net/ipv6/conf/wan2/accept_dad");
    }

    /** Counts what leaves by the other link with the mark, after all other rules. */
    @BeforeEach
    void countOtherLink() {
        LAB.exec(Host.GATEWAY, "nft", "delete", "table", "inet", "other_link");
        LAB.loadNft(Host.GATEWAY, """
                table inet other_link {
                    chain leaving {
                        type filter hook postrouting priority 300
                        oifname "wan" meta mark 137 counter
                    }
                }
                """);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            IPV4 | ip route del default table 100       | ip route add default via 10.98.0.53 dev wan2 src 10.98.0.1 table 100
            IPV4 | ip route flush table 100             | ip route add default via 10.98.0.53 dev wan2 src 10.98.0.1 table 100
            IPV4 | ip rule del fwmark 137 table 100     | ip rule add fwmark 137 table 100
            IPV4 | ip route replace blackhole default table 100 | ip route replace default via 10.98.0.53 dev wan2 src 10.98.0.1 table 100
            IPV4 | ip rule add pref 1 lookup main       | ip rule del pref 1 lookup main
            IPV4 | ip route add 172.16.0.0/12 via 10.99.0.53 dev wan table 100; ip route del default table 100 | ip route add default via 10.98.0.53 dev wan2 src 10.98.0.1 table 100; ip route del 172.16.0.0/12 table 100
            IPV4 | ip route add default via 10.99.0.53 dev wan metric 20 table 100; ip rule add pref 1 lookup main | ip rule del pref 1 lookup main; ip route del default via 10.99.0.53 dev wan metric 20 table 100
            IPV6 | ip -6 rule del fwmark 137 table 100  | ip -6 rule add fwmark 137 table 100
            IPV6 | ip -6 rule add pref 1 lookup main    | ip -6 rule del pref 1 lookup main
            IPV4 | ip link set wan2 down                | ip link set wan2 up; ip route add default via 10.98.0.53 dev wan2 src 10.98.0.1 table 100
            """)
    void queriesLeaveByTheRouteOfTheirMarkOrNotAtAll(Family server, String loss, String remedy) {
        try (Forwarder forwarder = start(server, "require-route = true")) {
            assertEquals(Message.NOERROR, ask(137), forwarder::log);
            LAB.shell(Host.GATEWAY, loss);
            try {
                for (int i = 0; i < 5; i++) {
                    assertEquals(Message.SERVFAIL, ask(137), forwarder::log);
                    assertEquals(Message.NOERROR, ask(150), forwarder::log);
                }
                assertEquals(Message.SERVFAIL, askOverTcp(), forwarder::log);
            } finally {
                LAB.shell(Host.GATEWAY, remedy);
            }
            long back = System.nanoTime();
            while (ask(137) != Message.NOERROR) {
                assertTrue(millisSince(back) < TimeUnit.SECONDS.toMillis(5), forwarder::log);
            }
            long millis = millisSince(back);
            assertTrue(millis < BACK_MILLIS, () -> "back after " + millis + " ms\n" + forwarder.log());
            assertEquals(0, byOtherLink());
        } finally {
            restoreIpv6();
        }
    }

    /** IPv6 loses addresses and routes while a link is down. */
    private static void restoreIpv6() {
        LAB.shell(Host.GATEWAY, """
                ip -6 address replace 2001:db8:98::1/64 dev wan2 nodad
                ip -6 route replace default via 2001:db8:98::53 dev wan2 src 2001:db8:98::1 table 100
                """);
    }

    @Test
    void withoutItTheyLeaveByTheDefaultRoute() {
        try (Forwarder forwarder = start(Family.IPV4, "require-route = false")) {
            LAB.shell(Host.GATEWAY, LOSS);
            try {
                assertEquals(Message.NOERROR, ask(137), forwarder::log);
                assertNotEquals(0, byOtherLink());
            } finally {
                LAB.shell(Host.GATEWAY, REMEDY);
            }
        }
    }

    @Test
    void nothingLeavesByAnotherLinkWhileRoutesComeAndGo() throws Exception {
        try (Forwarder forwarder = start(Family.IPV4, "require-route = true")) {
            AtomicInteger overTcp = new AtomicInteger();
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Void> tcp = CompletableFuture.runAsync(() -> {
                while (!over.get()) {
                    askOverTcp();
                    overTcp.incrementAndGet();
                }
            });
            int asked = 0;
            int answered = 0;
            for (int i = 0; i < 2 * FLAPS; i++) {
                Process change = LAB.command(Host.GATEWAY, "sh", "-ec", i % 2 == 0 ? LOSS : REMEDY)
                        .start();
                do {
                    asked++;
                    answered += ask(137) == Message.NOERROR ? 1 : 0;
                } while (change.isAlive());
                assertEquals(0, change.waitFor());
            }
            over.set(true);
            tcp.get();
            System.out.println(FLAPS + " losses of the route: " + asked + " queries over UDP, " + answered
                    + " answered, " + overTcp + " over TCP; " + byOtherLink() + " packets by the other link");
            assertTrue(answered > 0, forwarder::log);
            assertEquals(0, byOtherLink(), forwarder::log);
        }
    }

    private static Forwarder start(Family server, String line) {
        return Forwarders.WAYMARK.start(
                LAB,
                Setup.wildcard().servers(server.upstream(53)).tries("500ms", 1).append(RULE + line + "\n"));
    }

    private static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private static byte[] query() {
        return Query.of("www.example", Query.A).bytes(1);
    }

    private static int ask(int client) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(client))) {
            return Message.rcode(udp.ask(query(), Family.IPV4.gateway()).bytes());
        }
    }

    private static int askOverTcp() {
        try (TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(137), Family.IPV4.gateway())) {
            return Message.rcode(tcp.ask(query()));
        }
    }

    private static int byOtherLink() {
        String rules = LAB.exec(Host.GATEWAY, "nft", "list", "table", "inet", "other_link")
                .orFail();
        Matcher counted = Pattern.compile("counter packets (\\d+)").matcher(rules);
        int packets = 0;
        while (counted.find()) {
            packets += Integer.parseInt(counted.group(1));
        }
        return packets;
    }
}

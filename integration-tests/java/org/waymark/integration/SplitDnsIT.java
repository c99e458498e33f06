package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Conntrack;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Queries go to the servers of their domain, or to those that a file names at the time, always with their mark. */
class SplitDnsIT {
    private static final int MARKED = 137;
    private static final int UNMARKED = 150;
    private static final Duration TAKEN_OVER = Waiting.PATIENCE;
    private static final AtomicInteger NAMES = new AtomicInteger();

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer FIRST = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @AutoClose
    private static final StubServer CORP = StubServer.on(LAB, Family.IPV4.upstream(54), Family.IPV6.upstream(54));

    @AutoClose
    private static final StubServer VPN = StubServer.on(LAB, Family.IPV4.upstream(55), Family.IPV6.upstream(55));

    @BeforeEach
    void answerAsUsual() {
        List.of(FIRST, CORP, VPN).forEach(StubServer::reset);
    }

    @ParameterizedTest
    @EnumSource
    void queryForADomainGoesToItsGroupWithTheMarkOfItsClient(Family family) {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, groups(family))) {
            String corp = name("www.CORP.example");
            askOverUdp(family, MARKED, corp, Query.A);
            askOverTcp(family, MARKED, corp, Query.A);
            assertMarked(CORP, corp, 2);
            assertEquals(List.of(), FIRST.seen(corp));

            String other = name("www.notcorp.example");
            askOverUdp(family, MARKED, other, Query.A);
            assertMarked(FIRST, other, 1);
            assertEquals(List.of(), CORP.seen(other));
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @ParameterizedTest
    @EnumSource
    void longestDomainCounts(Family family) {
        Setup setup = groups(family).append("[[domain]]\nname = \"public.corp.example\"\nupstream = \"default\"\n");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            String name = name("public.corp.example");
            askOverUdp(family, MARKED, name, Query.A);
            assertMarked(FIRST, name, 1);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void policyThatNamesAGroupDecidesWhateverTheDomain() {
        Setup setup = groups(Family.IPV4).append("[[policy]]\nmark = 137\nupstream = \"vpn\"\n");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            String name = name("www.corp.example");
            askOverUdp(Family.IPV4, MARKED, name, Query.A);
            assertMarked(VPN, name, 1);
            assertEquals(List.of(), CORP.seen(name));
            askOverUdp(Family.IPV4, UNMARKED, name, Query.A);
            assertEquals(1, CORP.seen(name).size());
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void policyWithoutAGroupLeavesItToTheDomain() {
        Setup setup = groups(Family.IPV4).append("[[policy]]\nmark = 137\nset-mark = 138\n");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            String name = name("www.corp.example");
            askOverUdp(Family.IPV4, MARKED, name, Query.A);
            StubServer.Seen seen = CORP.seen(name).get(0);
            assertEquals(OptionalLong.of(138), LAB.conntrack().markOf(false, seen.from(), seen.at()));
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void reverseNamesOfANetworkGoWhereTheNetworkIsRouted() {
        Setup setup = groups(Family.IPV4).append("[[domain]]\nname = \"192.168.110.0/23\"\nupstream = \"corp\"\n");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            String routed = "7.111.168.192.in-addr.arpa";
            askOverUdp(Family.IPV4, MARKED, routed, Query.PTR);
            assertMarked(CORP, routed, 1);
            String unrouted = "7.112.168.192.in-addr.arpa";
            assertEquals(Message.NXDOMAIN, Message.rcode(ask(unrouted, Query.PTR)));
            assertEquals(List.of(), FIRST.seen(unrouted));
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void serversFollowResolvConf(@TempDir Path folder) throws IOException {
        Path real = Files.writeString(folder.resolve("real"), "nameserver 10.99.0.53\noptions timeout:1\n");
        Path link = Files.createSymbolicLink(folder.resolve("resolv.conf"), real);
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().server("resolv.conf:" + link))) {
            awaitAskedOf(FIRST, forwarder);

            Files.writeString(real, "nameserver 10.99.0.54\n");
            awaitAskedOf(CORP, forwarder);

            Path other = Files.writeString(folder.resolve("other"), "nameserver 2001:db8:99::55\n");
            Path next = Files.createSymbolicLink(folder.resolve("next"), other);
            Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
            awaitAskedOf(VPN, forwarder);

            Files.delete(link);
            awaitLog(forwarder, "there is no such file; its previous contents stay");
            Files.writeString(link, "");
            awaitLog(forwarder, "it names no servers; those that it named before stay");
            awaitAskedOf(VPN, forwarder);

            Files.writeString(link, "nameserver 192.168.111.2\nnameserver 10.99.0.53\n");
            awaitLog(forwarder, "its server 192.168.111.2:53 is Waymark itself: left out");
            awaitAskedOf(FIRST, forwarder);
            assertEquals(1, count(forwarder, "there is no such file"));
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void queryInFlightOutlivesItsServersPlaceInTheList(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("resolv.conf"), "nameserver 10.99.0.53\n");
        Setup setup = Setup.wildcard().server("resolv.conf:" + file).tries("20s", 1);
        byte[] query = Query.of(name("slow.example"), Query.A).bytes(5);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            List<Runnable> held = new CopyOnWriteArrayList<>();
            FIRST.plays((seen, line) -> {
                if (seen.name().equals(Message.name(query))) {
                    held.add(() -> StubServer.ANSWER.play(seen, line));
                } else {
                    StubServer.ANSWER.play(seen, line);
                }
            });
            client.send(query, Family.IPV4.gateway());
            Waiting.until(Waiting.PATIENCE, "the first server is asked", () -> held.size() == 1);
            Files.writeString(file, "nameserver 10.99.0.54\n");
            awaitAskedOf(CORP, forwarder);
            held.forEach(Runnable::run);

            byte[] answer = client.receive(Waiting.PATIENCE).orElseThrow().bytes();

            assertArrayEquals(Message.answerTo(query), answer);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void clientsAreToldWhileNoServerIsKnown(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("resolv.conf");
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().server("resolv.conf:" + file))) {
            assertEquals(Message.SERVFAIL, Message.rcode(ask(name("early.example"), Query.A)));
            Files.writeString(file, "nameserver 10.99.0.53\n");
            awaitAskedOf(FIRST, forwarder);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    private static Setup groups(Family family) {
        return Setup.wildcard().servers(family.upstream(53)).append("""
                        [[upstream]]
                        name = "corp"
                        servers = ["%s"]
                        [[upstream]]
                        name = "vpn"
                        servers = ["%s"]
                        [[domain]]
                        name = "corp.example"
                        upstream = "corp"
                        """.formatted(
                        family.upstream(54).getAddress().getHostAddress(),
                        family.upstream(55).getAddress().getHostAddress()));
    }

    private static String name(String domain) {
        return "q" + NAMES.incrementAndGet() + "." + domain;
    }

    private static void awaitAskedOf(StubServer server, Forwarder forwarder) {
        Waiting.until(TAKEN_OVER, "another server is asked: " + forwarder.log(), () -> {
            String name = name("www.example");
            ask(name, Query.A);
            return !server.seen(name).isEmpty();
        });
    }

    private static void awaitLog(Forwarder forwarder, String line) {
        Waiting.until(TAKEN_OVER, "the log says: " + line, () -> count(forwarder, line) > 0);
    }

    private static long count(Forwarder forwarder, String line) {
        return forwarder.log().lines().filter(logged -> logged.contains(line)).count();
    }

    private static byte[] ask(String name, int type) {
        try (UdpClient client = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            return client.ask(Query.of(name, type).bytes(7), Family.IPV4.gateway())
                    .bytes();
        }
    }

    private static void askOverUdp(Family family, int client, String name, int type) {
        byte[] query = Query.of(name, type).bytes(8);
        try (UdpClient udp = UdpClient.from(LAB, family.client(client))) {
            assertArrayEquals(
                    Message.answerTo(query), udp.ask(query, family.gateway()).bytes());
        }
    }

    private static void askOverTcp(Family family, int client, String name, int type) {
        byte[] query = Query.of(name, type).bytes(9);
        try (TcpClient tcp = TcpClient.connect(LAB, family.client(client), family.gateway())) {
            assertArrayEquals(Message.answerTo(query), tcp.ask(query));
        }
    }

    /** Checks that the server was asked so often, each time by a connection with the client's mark. */
    private static void assertMarked(StubServer server, String name, int times) {
        List<StubServer.Seen> queries = server.seen(name);
        assertEquals(times, queries.size());
        Conntrack table = LAB.conntrack();
        for (StubServer.Seen query : queries) {
            assertEquals(OptionalLong.of(MARKED), table.markOf(query.tcp(), query.from(), query.at()), query::toString);
        }
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Answer;
import org.waymark.lab.FailingCalls;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Policies that name names: a garden before login, lists in files, aliases. What a policy answers itself reaches no server. */
class NamesByMarkIT {
    private static final int LOGGED_IN = 137;
    private static final int LOGGED_OUT = 150;
    private static final int HTTPS = 65;
    private static final int CNAME = 5;
    private static final int ANSWERS = 1;
    private static final byte[] PORTAL = {(byte) 192, (byte) 168, 111, 1};

    private static final String GARDEN = """
            [[policy]]
            names = ["portal.example", "*.update.example"]
            [[policy]]
            mark = 0
            action = "answer"
            answer = ["192.168.111.1"]
            """;

    /** Everything for which marks are told in one way or another, and names too. */
    private static final String GARDEN_OF_A_MARK = """
            [[policy]]
            mark = 0
            names = ["portal.example"]
            [[policy]]
            mark = 0
            action = "refuse"
            """;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @TempDir
    private Path folder;

    @BeforeEach
    void reset() {
        LAB.rules();
        STUB.reset();
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheGardenIsForwardedBeforeLoginAndEverythingAfterIt(Family family) {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(family).append(GARDEN))) {
            for (boolean overTcp : List.of(false, true)) {
                STUB.reset();
                assertForwarded(family, LOGGED_OUT, overTcp, "www.Portal.example");
                assertForwarded(family, LOGGED_OUT, overTcp, "a.update.example");
                assertForwarded(family, LOGGED_IN, overTcp, "update.example");
                assertEquals(3, STUB.seen().size(), forwarder::log);
                assertAddress(ask(family, LOGGED_OUT, overTcp, "update.example", Query.A), PORTAL);
                assertAddress(ask(family, LOGGED_OUT, overTcp, "_dns.resolver.test", Query.A), PORTAL);
                for (int type : List.of(Query.AAAA, Query.TXT, HTTPS)) {
                    byte[] answer = ask(family, LOGGED_OUT, overTcp, "www.example", type);
                    assertEquals(0, Message.rcode(answer));
                    assertEquals(0, Message.count(answer, ANSWERS), "no record of type " + type);
                }
                assertEquals(3, STUB.seen().size(), forwarder::log);
            }
        }
    }

    /** As programs do that carry data in names and in answers. */
    @Test
    void noTunnelLeadsOutBeforeLogin() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (Forwarder forwarder =
                        Forwarders.WAYMARK.start(LAB, setup(Family.IPV4).append(GARDEN));
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(LOGGED_OUT))) {
            List<Integer> types = List.of(10, Query.TXT, CNAME, 15, 33, Query.A, Query.AAAA, HTTPS, 255);
            for (int i = 0; i < 2_000; i++) {
                String data = random.ints(55, 'a', 'z' + 1)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
                byte[] query = Query.of(
                                data + "." + data + ".portal.example.tunnel.example", types.get(i % types.size()))
                        .edns(4096, 0)
                        .bytes(i);
                assertTrue(client.ask(query, Family.IPV4.gateway()).bytes().length > 0, () -> "seed " + seed);
            }
            assertEquals(List.of(), STUB.seen(), () -> "seed " + seed + "\n" + forwarder.log());
        }
    }

    /** Headers and a few bytes, and messages that ask for no name: nobody is held up, and nobody sees what others have asked. */
    @ParameterizedTest
    @ValueSource(strings = {"answer", "nxdomain", "nodata"})
    void whatAsksForNoNameIsRefused(String action) {
        String policy = "[[policy]]\nmark = 0\naction = \"" + action + "\"\n"
                + (action.equals("answer") ? "answer = [\"192.168.111.1\"]\n" : "");
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, setup(Family.IPV4).append(policy))) {
            List<byte[]> odd = List.of(
                    Query.empty().bytes(1),
                    Query.empty().trailing((byte) 0xff, (byte) 0xff).bytes(1),
                    Query.empty().trailing((byte) 0xc0).bytes(1),
                    Query.empty().trailing((byte) 0x3f).bytes(1),
                    Query.of("zone.example", 6).flags(5 << 11).bytes(1),
                    Query.of("zone.example", 6).flags(4 << 11).bytes(1),
                    Query.empty().question("version.bind", Query.TXT, 3).bytes(1));
            for (byte[] message : odd) {
                for (int i = 0; i < 8; i++) {
                    assertForwarded(Family.IPV4, LOGGED_IN, false, "secret" + i + "." + message.length + ".example");
                    byte[] answer = ask(Family.IPV4, LOGGED_OUT, false, message);
                    assertEquals(Message.REFUSED, Message.rcode(answer), forwarder::log);
                    assertTrue(!new String(answer, StandardCharsets.ISO_8859_1).contains("secret"), forwarder::log);
                }
                assertEquals(
                        Message.REFUSED, Message.rcode(ask(Family.IPV4, LOGGED_OUT, true, message)), forwarder::log);
                STUB.reset();
            }
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    /** Not tracked, or in a zone that is not looked into; or the look-up fails. */
    @Test
    void whoseMarkIsUnknownGetsPastNoPolicyForMarks() {
        LAB.shell(Host.GATEWAY, """
                iptables -t raw -A PREROUTING -s 192.168.111.160 -j CT --notrack
                iptables -t raw -A OUTPUT -d 192.168.111.160 -j CT --notrack
                iptables -t raw -A PREROUTING -s 192.168.111.161 -j CT --zone 7
                iptables -t raw -A OUTPUT -d 192.168.111.161 -j CT --zone 7
                """);
        Setup setup = setup(Family.IPV4).marksFrom(MarkSource.LOOK_UP).append(GARDEN_OF_A_MARK);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            for (boolean overTcp : List.of(false, true)) {
                for (int client : List.of(160, 161)) {
                    assertRefused(client, overTcp);
                }
                FailingCalls.during(forwarder, "sendto", "EPERM", () -> assertRefused(LOGGED_IN, overTcp));
                assertRefused(LOGGED_OUT, overTcp);
            }
            assertEquals(List.of(), STUB.seen(), forwarder::log);
            assertForwarded(Family.IPV4, LOGGED_IN, false, "www.example");
            assertForwarded(Family.IPV4, LOGGED_OUT, false, "portal.example");
        }
    }

    @Test
    void aListCountsAsItIsNow() throws IOException {
        Path list = folder.resolve("ads.list");
        Files.writeString(list, "||ads.example^\n0.0.0.0 tracker.example\n");
        String policy = "[[policy]]\nnames = [\"file:" + list + "\"]\naction = \"nxdomain\"\n";
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, setup(Family.IPV4).append(policy))) {
            assertEquals(3, Message.rcode(ask(Family.IPV4, LOGGED_IN, false, "x.ads.example", Query.A)));
            assertEquals(3, Message.rcode(ask(Family.IPV4, LOGGED_OUT, true, "tracker.example", Query.A)));
            assertForwarded(Family.IPV4, LOGGED_IN, false, "x.tracker.example");
            Path next = folder.resolve("next");
            Files.writeString(next, "other.example\nnot a name\n");
            Files.move(next, list, StandardCopyOption.ATOMIC_MOVE);
            Waiting.until(
                    Waiting.PATIENCE,
                    "the list is read again",
                    () -> Message.rcode(ask(Family.IPV4, LOGGED_IN, false, "other.example", Query.A)) == 3);
            assertForwarded(Family.IPV4, LOGGED_IN, false, "y.ads.example");
            assertTrue(forwarder.log().contains(list + ":2:"), forwarder::log);
        }
    }

    @Test
    void aZoneOfPoliciesSaysWhatHappens() throws IOException {
        Path zone = folder.resolve("rpz.zone");
        Files.writeString(zone, """
                $TTL 60
                @ SOA localhost. nobody.invalid. 1 3600 600 86400 60
                  NS localhost.
                gone.example CNAME .
                empty.example CNAME *.
                pass.gone.example CNAME rpz-passthru.
                silent.example CNAME rpz-drop.
                tcp.example CNAME rpz-tcp-only.
                local.example A 192.168.111.1
                """);
        String policy = "[[policy]]\nnames = [\"file:" + zone + "\"]\naction = \"refuse\"\n";
        try (Forwarder forwarder =
                        Forwarders.WAYMARK.start(LAB, setup(Family.IPV4).append(policy));
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(LOGGED_IN))) {
            assertEquals(3, Message.rcode(ask(Family.IPV4, LOGGED_IN, false, "gone.example", Query.A)));
            assertEquals(0, Message.count(ask(Family.IPV4, LOGGED_IN, false, "empty.example", Query.A), ANSWERS));
            assertAddress(ask(Family.IPV4, LOGGED_IN, false, "local.example", Query.A), PORTAL);
            assertTrue(Message.isTruncated(ask(Family.IPV4, LOGGED_IN, false, "tcp.example", Query.A)));
            client.send(Query.of("silent.example", Query.A).bytes(1), Family.IPV4.gateway());
            assertEquals(Optional.empty(), client.receive(Duration.ofMillis(500)));
            assertEquals(List.of(), STUB.seen(), forwarder::log);
            assertForwarded(Family.IPV4, LOGGED_IN, true, "tcp.example");
            assertForwarded(Family.IPV4, LOGGED_IN, false, "pass.gone.example");
            // Its object serves the next query.
            assertForwarded(Family.IPV4, LOGGED_IN, false, "after.example");
        }
    }

    /** Also from the cache. */
    @Test
    void anAliasThatLeadsOutIsFollowedOrRefused() {
        STUB.plays((query, line) -> line.send(Answer.to(query.bytes())
                .record(
                        ANSWERS,
                        CNAME,
                        60,
                        Query.name(query.name().startsWith("in") ? "x.garden.example" : "cdn.example"))
                .record(ANSWERS, Query.A, 60, PORTAL)
                .bytes()));
        Setup setup = setup(Family.IPV4).with("cache", "size = \"1MiB\"").append("""
                [[policy]]
                names = ["strict.example", "garden.example"]
                cname = "strict"
                [[policy]]
                names = ["easy.example"]
                [[policy]]
                names = ["."]
                action = "refuse"
                """);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(0, Message.rcode(ask(Family.IPV4, LOGGED_IN, false, "out.easy.example", Query.A)));
                assertEquals(0, Message.rcode(ask(Family.IPV4, LOGGED_IN, false, "in.strict.example", Query.A)));
                assertEquals(
                        Message.REFUSED,
                        Message.rcode(ask(Family.IPV4, LOGGED_IN, false, "out.strict.example", Query.A)),
                        forwarder::log);
            }
            assertEquals(3, STUB.seen().size(), "the second time from the cache");
        }
    }

    private static void assertRefused(int client, boolean overTcp) {
        byte[] answer = ask(Family.IPV4, client, overTcp, "www.example", Query.A);
        assertEquals(
                Message.REFUSED, Message.rcode(answer), "client " + client + (overTcp ? " over TCP" : " over UDP"));
    }

    private static void assertForwarded(Family family, int client, boolean overTcp, String name) {
        byte[] query = Query.of(name, Query.A).bytes(7);
        assertArrayEquals(Message.answerTo(query), ask(family, client, overTcp, query));
        StubServer.Seen seen = STUB.seen(name).get(0);
        assertEquals(
                client == LOGGED_IN ? LOGGED_IN : 0,
                LAB.conntrack().markOf(seen.tcp(), seen.from(), seen.at()).orElseThrow());
    }

    private static void assertAddress(byte[] answer, byte[] address) {
        assertEquals(0, Message.rcode(answer));
        assertEquals(1, Message.count(answer, ANSWERS));
        int end = answer.length;
        assertArrayEquals(address, Arrays.copyOfRange(answer, end - address.length, end));
    }

    private static byte[] ask(Family family, int client, boolean overTcp, String name, int type) {
        return ask(family, client, overTcp, Query.of(name, type).bytes(client));
    }

    private static byte[] ask(Family family, int client, boolean overTcp, byte[] query) {
        InetAddress from = family.client(client);
        if (overTcp) {
            try (TcpClient tcp = TcpClient.connect(LAB, from, family.gateway())) {
                return tcp.ask(query);
            }
        }
        try (UdpClient udp = UdpClient.from(LAB, from)) {
            return udp.ask(query, family.gateway()).bytes();
        }
    }

    private static Setup setup(Family family) {
        return Setup.wildcard().servers(family.upstream(53));
    }
}

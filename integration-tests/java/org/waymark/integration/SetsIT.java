package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Answer;
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

/**
 * A firewall that forwards only to addresses that the client has resolved, by sets of nft that Waymark fills: the client may connect as soon
 * as it has the answer.
 */
class SetsIT {
    /** How many packets begin a connection. */
    private static final long CONNECTIONS = Long.getLong("sets.connections", 8_000);

    /** Clients with marks of their own. */
    private static final int FIRST = 101;

    private static final int CLIENTS = 8;

    /** How many questions one client has open at a time. */
    private static final int WINDOW = 20;

    private static final String POLICY = """
            [[policy]]
            names = ["garden.example"]
            add-to = ["inet#garden#open4", "inet#garden#open6"]
            """;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    private static final Garden GARDEN = Garden.of(LAB);

    @BeforeEach
    void closeTheGarden() {
        GARDEN.close();
        STUB.reset();
        STUB.plays((query, line) -> line.send(Garden.answer(query)));
    }

    private static String host(int number) {
        return "198-18-" + (number >> 8 & 0xff) + "-" + (number & 0xff);
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53)).with("cache", "size = \"16MiB\"");
    }

    /** Each client asks for every name twice, the second time from the cache. */
    @ParameterizedTest
    @EnumSource
    void whoConnectsWhenTheAnswerComesIsForwarded(Family family) {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().append(POLICY))) {
            List<CompletableFuture<Void>> crowd = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = FIRST + i;
                crowd.add(
                        CompletableFuture.runAsync(() -> connectAtOnce(family, client, (int) (CONNECTIONS / CLIENTS))));
            }
            crowd.forEach(CompletableFuture::join);

            assertEquals(0, GARDEN.blocked(), forwarder::log);
            assertEquals(CONNECTIONS, GARDEN.opened(), forwarder::log);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    /** Asks for one name after the other, for each twice, and sends a packet to its address when the answer has come. */
    private static void connectAtOnce(Family family, int client, int connections) {
        try (UdpClient asking = UdpClient.from(LAB, Family.IPV4.client(client));
                UdpClient connecting = UdpClient.from(LAB, family.client(client))) {
            int type = family == Family.IPV4 ? Query.A : Query.AAAA;
            Map<Integer, Integer> open = new HashMap<>();
            int next = 0;
            int done = 0;
            while (done < connections) {
                while (open.size() < WINDOW && next < connections) {
                    asking.send(question(host(next / 2), type).bytes(next), Family.IPV4.gateway());
                    open.put(next & 0xffff, next++);
                }
                byte[] answer = asking.receive(Waiting.PATIENCE)
                        .orElseThrow(() -> lost(client))
                        .bytes();
                int number = open.remove(Message.id(answer));
                if (Message.rcode(answer) == Message.SERVFAIL) {
                    // The kernel had no time for 50 ms. Whoever has no answer asks again.
                    asking.send(question(host(number / 2), type).bytes(number), Family.IPV4.gateway());
                    open.put(number & 0xffff, number);
                    continue;
                }
                assertEquals(Message.NOERROR, Message.rcode(answer));
                connecting.send(
                        new byte[1],
                        new InetSocketAddress(Garden.address(family, host(number / 2)), Garden.PORT + number % 2));
                done++;
            }
        }
    }

    private static AssertionError lost(int client) {
        return new AssertionError("client " + client + " got no answer");
    }

    private static Query question(String host, int type) {
        return Query.of(host + ".garden.example", type);
    }

    @Test
    void anAddressIsOnlyForTheMarkThatHasResolvedIt() {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().append(POLICY))) {
            ask(FIRST, question("198-18-0-1", Query.A));
            GARDEN.connect(FIRST + 1, "198-18-0-1");
            assertEquals(1, GARDEN.blocked(), forwarder::log);
            GARDEN.connect(FIRST, "198-18-0-1");
            assertEquals(1, GARDEN.opened(), forwarder::log);
            ask(FIRST + 1, question("198-18-0-1", Query.A));
            GARDEN.connect(FIRST + 1, "198-18-0-1");
            assertEquals(2, GARDEN.opened(), forwarder::log);
            GARDEN.connect(FIRST, "198-18-0-2");
            assertEquals(2, GARDEN.blocked(), forwarder::log);
        }
    }

    @ParameterizedTest
    @EnumSource
    void addressesOfEveryKindOpenTheWay(Family family) {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().append(POLICY))) {
            int type = family == Family.IPV4 ? Garden.HTTPS : Query.AAAA;
            try (TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(FIRST), Family.IPV4.gateway())) {
                byte[] query = question("198-18-0-7", type).bytes(1);
                assertEquals(1, Message.count(untilTheKernelHasTime(() -> tcp.ask(query)), Garden.ANSWERS));
            }
            InetAddress address = Garden.address(family, "198-18-0-7");
            try (UdpClient client = UdpClient.from(LAB, family.client(FIRST))) {
                client.send(new byte[1], new InetSocketAddress(address, Garden.PORT));
            }
            Waiting.until(Waiting.PATIENCE, "a packet has passed", () -> GARDEN.opened() + GARDEN.blocked() == 1);
            assertEquals(1, GARDEN.opened(), forwarder::log);
        }
    }

    /** A server could point a name at a host of the LAN (DNS rebinding). */
    @Test
    void privateAddressesOpenNothingUnlessTheyMay() {
        String more = """
                [[domain]]
                name = "10-99-0-54.garden.example"
                add-to = "inet#garden#open4"
                add-private = true
                """;
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, setup().append(POLICY).append(more))) {
            for (String host : List.of("10-99-0-53", "127-0-0-1", "100-64-0-1", "10-99-0-54")) {
                byte[] answer = ask(FIRST, question(host, Query.A));
                assertArrayEquals(
                        Garden.ipv4(host).getAddress(), Arrays.copyOfRange(answer, answer.length - 4, answer.length));
            }
            assertEquals(List.of("10.99.0.54"), GARDEN.elements(), forwarder::log);
        }
    }

    /** Within its TTL no client asks again, so the firewall must have the addresses again by itself. */
    @Test
    void theGardenIsWholeAgainAfterTheFirewallWasLoadedAnew() {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().append(POLICY))) {
            for (int i = 1; i <= 200; i++) {
                ask(FIRST, question(host(i), Query.A));
            }
            LAB.loadNft(Host.GATEWAY, "delete table inet garden\n" + Garden.TABLE);
            Waiting.until(
                    Waiting.PATIENCE,
                    "the set is filled again",
                    () -> GARDEN.elements().size() == 200);
            GARDEN.connect(FIRST, host(200));
            assertEquals(1, GARDEN.opened(), forwarder::log);
        }
    }

    @Test
    void anAnswerWhoseAddressesHaveNoPlaceIsWithheld() {
        LAB.shell(Host.GATEWAY, "nft delete table inet garden");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().append(POLICY))) {
            for (int i = 0; i < 3; i++) {
                byte[] answer = askOnce(FIRST, question("198-18-0-1", Query.A).edns(1232, 0));
                assertEquals(Message.SERVFAIL, Message.rcode(answer), forwarder::log);
                assertTrue(
                        new String(answer, StandardCharsets.ISO_8859_1)
                                .contains("firewall does not take the addresses"),
                        "the extended error says why");
            }
            assertEquals(Message.NOERROR, Message.rcode(ask(FIRST, question("198-18-0-1", Query.TXT))));
            assertEquals(Message.NOERROR, Message.rcode(ask(FIRST, Query.of("198-18-0-1.example", Query.A))));
            assertTrue(forwarder.log().contains("inet#garden#open4"), forwarder::log);

            LAB.loadNft(Host.GATEWAY, Garden.TABLE);
            Waiting.until(
                    Waiting.PATIENCE,
                    "the answer comes",
                    () -> Message.rcode(askOnce(FIRST, question("198-18-0-1", Query.A))) == Message.NOERROR);
            GARDEN.connect(FIRST, "198-18-0-1");
            assertEquals(1, GARDEN.opened(), forwarder::log);
        }
    }

    /** What can't be read can't be let through. */
    @Test
    void anAnswerThatIsNoneIsWithheld() {
        STUB.plays((query, line) -> line.send(Answer.to(query.bytes())
                .record(Garden.ANSWERS, Query.A, Garden.TTL, (byte) 198, (byte) 18)
                .bytes()));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().append(POLICY))) {
            assertEquals(
                    Message.SERVFAIL, Message.rcode(askOnce(FIRST, question("198-18-0-1", Query.A))), forwarder::log);
            assertEquals(List.of(), GARDEN.elements());
        }
    }

    @Test
    void aDomainsTrafficAndDnsLeaveWithOneMark() {
        String domain = """
                [[domain]]
                name = "vpn.example"
                set-mark = "0x77"
                add-to = "inet#garden#vpn"
                """;
        LAB.shell(Host.GATEWAY, "nft 'add set inet garden vpn { type ipv4_addr; flags timeout; }'");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().append(domain))) {
            ask(FIRST, Query.of("198-18-0-9.vpn.example", Query.A));
            StubServer.Seen seen = STUB.seen("198-18-0-9.vpn.example").get(0);
            assertEquals(
                    0x77,
                    LAB.conntrack().markOf(seen.tcp(), seen.from(), seen.at()).orElseThrow(),
                    forwarder::log);
            assertTrue(
                    LAB.exec(Host.GATEWAY, "nft", "list", "set", "inet", "garden", "vpn")
                            .orFail()
                            .contains("198.18.0.9"),
                    forwarder::log);
        }
    }

    private static byte[] ask(int client, Query query) {
        return untilTheKernelHasTime(() -> askOnce(client, query));
    }

    /** On a machine that has much else to do, an answer is withheld at times; whoever has none asks again. */
    private static byte[] untilTheKernelHasTime(Supplier<byte[]> question) {
        byte[][] answer = new byte[1][];
        Waiting.until(Waiting.PATIENCE, "an answer comes", () -> {
            answer[0] = question.get();
            return Message.rcode(answer[0]) != Message.SERVFAIL;
        });
        return answer[0];
    }

    private static byte[] askOnce(int client, Query query) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(client))) {
            return udp.ask(query.bytes(client), Family.IPV4.gateway()).bytes();
        }
    }
}

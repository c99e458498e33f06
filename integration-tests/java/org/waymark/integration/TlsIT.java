package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.integration.TlsLab.NAME;
import static org.waymark.integration.TlsLab.nextQuery;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Conntrack;
import org.waymark.lab.Dnsdist;
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
import org.waymark.lab.Unbound;
import org.waymark.lab.Waiting;
import org.waymark.lab.ZoneTransfer;

/** Over TLS go the same marks and messages as in clear text, and nothing ever goes in clear text. */
class TlsIT {
    private static final int MARKED = 137;
    private static final int UNMARKED = 140;
    private static final String RECORD = "www.example. 3600 IN A 192.0.2.80";

    @RegisterExtension
    private static final TlsLab TLS = new TlsLab();

    private static final Lab LAB = TLS.lab();
    private static final StubServer STUB = TLS.stub();

    @ParameterizedTest
    @EnumSource
    void marksGoOnOverTlsAndNeverShareAConnection(Family family) {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, TLS.askingStub(family))) {
            Set<InetSocketAddress> marked = new HashSet<>();
            Set<InetSocketAddress> unmarked = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                marked.add(TLS.assertMark(MARKED, TLS.askOverUdp(MARKED)));
                marked.add(TLS.assertMark(MARKED, TLS.askOverTcp(MARKED)));
                unmarked.add(TLS.assertMark(0, TLS.askOverUdp(UNMARKED)));
                unmarked.add(TLS.assertMark(0, TLS.askOverTcp(UNMARKED)));
            }
            assertTrue(marked.stream().noneMatch(unmarked::contains));
            int workers = Runtime.getRuntime().availableProcessors();
            assertTrue(marked.size() <= workers && unmarked.size() <= workers, "connections are used again");
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void queriesArePipelinedAndASlowOneHoldsUpNoOther() {
        AtomicReference<Runnable> slow = new AtomicReference<>();
        AtomicInteger others = new AtomicInteger();
        STUB.plays((query, line) -> {
            if (query.name().startsWith("slow")) {
                slow.set(() -> StubServer.ANSWER.play(query, line));
                return;
            }
            StubServer.ANSWER.play(query, line);
            if (others.incrementAndGet() == 50) {
                slow.get().run();
            }
        });
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, TLS.askingStub(Family.IPV4));
                TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(MARKED), Family.IPV4.gateway())) {
            client.send(Query.of("slow.example", Query.A).bytes(0));
            for (int i = 1; i <= 50; i++) {
                client.send(Query.of("q" + i + ".example", Query.A).bytes(i));
            }
            List<Integer> order = IntStream.rangeClosed(0, 50)
                    .mapToObj(i -> Message.id(client.receive().orElseThrow()))
                    .toList();
            assertEquals(51, Set.copyOf(order).size());
            assertEquals(0, order.get(50));
            assertEquals(
                    1,
                    STUB.seen().stream().map(StubServer.Seen::from).distinct().count());
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void zoneTransferHasAConnectionOfItsOwnAndPassesWithoutThePadding() {
        byte[] query = Query.of("zone.example", ZoneTransfer.AXFR).edns(1232, 0).bytes(5);
        List<byte[]> due = ZoneTransfer.answerTo(query, 50, 20_000);
        STUB.plays((seen, line) -> (Message.type(seen.bytes()) == ZoneTransfer.AXFR
                        ? ZoneTransfer.server(50, 20_000)
                        : StubServer.ANSWER)
                .play(seen, line));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, TLS.askingStub(Family.IPV4));
                TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(MARKED), Family.IPV4.gateway())) {
            assertEquals(
                    ZoneTransfer.digests(due), ZoneTransfer.digests(ZoneTransfer.ask(client, query)), forwarder::log);
            InetSocketAddress ofTransfer = TLS.assertMark(MARKED, "zone.example");
            assertEquals(0, STUB.seen().get(0).bytes().length % 128, "padded");
            assertNotEquals(ofTransfer, TLS.assertMark(MARKED, TLS.askOverTcp(MARKED)));
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void realServerResumesSessions() {
        InetSocketAddress address = Family.IPV4.tlsUpstream(55);
        Setup setup = TLS.trusting().tlsServer(address, NAME).with("limits", "upstream-idle = \"1s\"");
        try (Dnsdist dnsdist = Dnsdist.start(LAB, address, TLS.identity());
                Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            assertAnswered(client);
            assertEquals(0, dnsdist.resumptions());
            for (int connections = 2; connections <= 4; connections++) {
                awaitNoConnection();
                assertAnswered(client);
                // Some versions of Java take no new ticket on a connection that an old one has resumed.
                assertTrue(dnsdist.resumptions() >= connections / 2, "resumed by connection " + connections);
            }
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    private static void assertAnswered(UdpClient client) {
        byte[] answer = client.ask(nextQuery(), Family.IPV4.gateway()).bytes();
        assertEquals(Message.NOERROR, Message.rcode(answer));
        assertEquals(
                MARKED,
                LAB.conntrack().connections().stream()
                        .filter(connection ->
                                connection.original().destination().getPort() == 853)
                        .mapToLong(Conntrack.Connection::mark)
                        .max()
                        .orElseThrow());
    }

    private static void awaitNoConnection() {
        Waiting.until(Waiting.PATIENCE, "idle connections are closed", () -> LAB.exec(
                        Host.GATEWAY, "ss", "-Htn", "state", "established", "dport", "=", ":853")
                .orFail()
                .isBlank());
    }

    /** By default this one pads its answers to queries that are padded. */
    @Test
    void realServersAnswerIsTheSameAsInClearText() {
        byte[] query = Query.of("www.example", Query.A).edns(1232, 0).bytes(1);
        Setup setup = TLS.trusting().tlsServer(Family.IPV4.tlsUpstream(55), NAME);
        try (Unbound unbound = Unbound.startWithTls(LAB, Family.IPV4.upstream(55), TLS.identity(), RECORD);
                Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TcpClient direct = TcpClient.connect(LAB, Family.IPV4.client(MARKED), unbound.address());
                TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(MARKED), Family.IPV4.gateway())) {
            byte[] answer = client.ask(query);
            assertEquals(Message.NOERROR, Message.rcode(answer));
            assertArrayEquals(direct.ask(query), answer);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void realServerMayBeRestarted() {
        Setup setup = TLS.trusting().tlsServer(Family.IPV4.tlsUpstream(55), NAME);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            for (int i = 0; i < 3; i++) {
                Unbound unbound = Unbound.startWithTls(LAB, Family.IPV4.upstream(55), TLS.identity(), RECORD);
                byte[] query = Query.of("www.example", Query.A).bytes(i);
                byte[] answer = client.ask(query, Family.IPV4.gateway()).bytes();
                assertEquals(Message.NOERROR, Message.rcode(answer), forwarder::log);
                unbound.close();
            }
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void largeAnswersAreCutForUdpClients() {
        STUB.plays((query, line) -> line.send(Message.largeAnswerTo(query.bytes(), 60_000)));
        byte[] query = nextQuery();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, TLS.askingStub(Family.IPV4));
                UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(MARKED));
                TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(MARKED), Family.IPV4.gateway())) {
            byte[] cut = udp.ask(query, Family.IPV4.gateway()).bytes();
            assertTrue(cut.length <= 512 && Message.isTruncated(cut));
            assertArrayEquals(Message.largeAnswerTo(query, 60_000), tcp.ask(query));
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void serverThatClosesAfterEveryAnswerMakesNoDifference() {
        List<OptionalLong> marks = new CopyOnWriteArrayList<>();
        STUB.plays((query, line) -> {
            // Before the answer: a connection that is over is soon deleted from conntrack.
            marks.add(LAB.conntrack().markOf(true, query.from(), query.at()));
            StubServer.ANSWER.play(query, line);
            line.close();
        });
        // Long enough for the look into conntrack: a query that takes longer is asked again.
        Setup setup = TLS.askingStub(Family.IPV4).tries("30s", 3);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            for (int i = 0; i < 30; i++) {
                TLS.askOverUdp(MARKED);
            }
            assertEquals(Collections.nCopies(30, OptionalLong.of(MARKED)), marks);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void queryIsAskedAgainWhenTheServerClosesTheConnectionEarly() {
        AtomicInteger queries = new AtomicInteger();
        STUB.plays((query, line) -> {
            if (queries.getAndIncrement() == 0) {
                line.close();
            } else {
                StubServer.ANSWER.play(query, line);
            }
        });
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, TLS.askingStub(Family.IPV4))) {
            String name = TLS.askOverUdp(MARKED);
            TLS.assertMark(MARKED, name);
            assertEquals(2, STUB.seen(name).size());
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.integration.TransferLab.OTHER;
import static org.waymark.integration.TransferLab.SOON;
import static org.waymark.integration.TransferLab.TIMEOUT;
import static org.waymark.integration.TransferLab.ZONE;
import static org.waymark.integration.TransferLab.digests;
import static org.waymark.integration.TransferLab.transfersAnd;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.Duty;
import org.waymark.lab.Conntrack;
import org.waymark.lab.Edns;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.Waiting;
import org.waymark.lab.ZoneTransfer;

/** Zone transfers over TCP: message by message, at the client's pace, with the client's mark, on a connection of their own. */
class ZoneTransferIT {
    private static final int NOT_READY = 14;

    @RegisterExtension
    private static final TransferLab TRANSFERS = new TransferLab();

    private static final Lab LAB = TRANSFERS.lab();
    private static final StubServer STUB = TRANSFERS.stub();

    @ParameterizedTest
    @ValueSource(ints = {ZoneTransfer.IXFR, ZoneTransfer.AXFR})
    @Duty(40)
    void everyMessagePassesAndTheConnectionGoesOn(int type) {
        byte[] query = Query.of("zone.example", type).bytes(3);
        STUB.plays(transfersAnd(ZoneTransfer.server(50, 20_000)));
        try (Forwarder forwarder = TRANSFERS.start();
                TcpClient client = TRANSFERS.connect(137)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(digests(query, 50, 20_000), ZoneTransfer.digests(ZoneTransfer.ask(client, query)));
                assertArrayEquals(Message.answerTo(OTHER), client.ask(OTHER));
            }
            assertFalse(client.isClosedWithin(TIMEOUT.multipliedBy(2)), "silence after the end does no harm");
            assertArrayEquals(Message.answerTo(OTHER), client.ask(OTHER));
            assertEquals(3, TRANSFERS.transfers().size(), "each has a connection of its own");
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionToTheServerHasTheMarkOfTheClientAndNoOther(Family family) {
        STUB.plays(transfersAnd(ZoneTransfer.server(3, 1_000)));
        Map<InetSocketAddress, Integer> markOf = new HashMap<>();
        Set<String> wrong = new HashSet<>();
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(family.upstream(53)))) {
            for (int round = 0; round < 20; round++) {
                for (int mark = 101; mark <= 110; mark++) {
                    byte[] query = Query.of("m" + mark + ".r" + round + ".example", ZoneTransfer.AXFR)
                            .bytes(4);
                    try (TcpClient client = TcpClient.connect(LAB, family.client(mark), family.gateway())) {
                        assertEquals(3, ZoneTransfer.ask(client, query).size());
                    }
                }
            }
            Conntrack table = LAB.conntrack();
            for (StubServer.Seen seen : STUB.seen()) {
                int due = Integer.parseInt(seen.name().substring(1, 4));
                Integer before = markOf.put(seen.from(), due);
                if (before != null
                        || !table.markOf(true, seen.from(), seen.at()).equals(OptionalLong.of(due))) {
                    wrong.add(seen.name() + " from " + seen.from() + " after " + before);
                }
            }
            assertEquals(200, markOf.size());
            assertEquals(Set.of(), wrong);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void otherQueriesAreAnsweredMeanwhile() {
        STUB.plays(transfersAnd((query, line) -> {
            line.send(ZoneTransfer.message(query.bytes(), 0, 2, 1_000));
            Waiting.until(SOON, "the other is asked", () -> !STUB.seen("other.example")
                    .isEmpty());
            line.send(ZoneTransfer.message(query.bytes(), 1, 2, 1_000));
        }));
        try (Forwarder forwarder = TRANSFERS.start();
                TcpClient client = TRANSFERS.connect(137)) {
            client.send(ZONE);
            List<byte[]> expected = ZoneTransfer.answerTo(ZONE, 2, 1_000);
            assertArrayEquals(expected.get(0), client.receive().orElseThrow());
            client.send(OTHER);
            List<String> rest = Stream.of(client.receive(), client.receive())
                    .map(message -> ZoneTransfer.digest(message.orElseThrow()))
                    .toList();
            Set<String> due =
                    Set.of(ZoneTransfer.digest(expected.get(1)), ZoneTransfer.digest(Message.answerTo(OTHER)));
            assertEquals(due, Set.copyOf(rest), forwarder::log);
        }
    }

    @Test
    void clientThatReadsSlowlySlowsTheServerAndLosesNothing() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        int count = 500;
        STUB.plays((query, line) -> {
            for (int i = 0; i < count; i++) {
                line.send(ZoneTransfer.message(query.bytes(), i, count, 50_000));
                sent.incrementAndGet();
            }
        });
        try (Forwarder forwarder = TRANSFERS.start("tcp-unsent-per-connection = \"64KiB\"", "tcp-unsent = \"1MiB\"");
                TcpClient client = TRANSFERS.connect(137)) {
            client.send(ZONE);
            awaitStall(sent::get);
            // Longer than a server may be silent; the client may.
            Thread.sleep(TIMEOUT.multipliedBy(3).toMillis());
            assertTrue(sent.get() < 250, () -> "what nobody reads is held: of 500 messages " + sent.get());
            for (int i = 0; i < count; i++) {
                byte[] message = client.receive().orElseThrow(() -> new AssertionError(forwarder.log()));
                assertArrayEquals(ZoneTransfer.message(ZONE, i, count, 50_000), message, "message " + i);
            }
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void whatTheServerHasSentBeforeItDiesIsNotLost() {
        AtomicReference<AtomicInteger> latest = new AtomicReference<>(new AtomicInteger());
        STUB.plays((query, line) -> {
            // On a busy machine the server may be asked again.
            AtomicInteger sent = new AtomicInteger();
            latest.set(sent);
            for (int i = 0; i < 1_000; i++) {
                line.send(ZoneTransfer.message(query.bytes(), i, 1_000, 50_000));
                sent.incrementAndGet();
            }
        });
        try (Forwarder forwarder = TRANSFERS.start();
                TcpClient client = TRANSFERS.connect(137)) {
            client.send(ZONE);
            int whole = awaitStall(() -> latest.get().get());
            STUB.closeConnections();
            List<byte[]> received = ZoneTransfer.receive(client);
            assertTrue(received.size() >= whole, () -> received.size() + " of " + whole + ": " + forwarder.log());
            assertEquals(digests(ZONE, 1_000, 50_000).subList(0, received.size()), ZoneTransfer.digests(received));
            assertTrue(client.isClosedWithin(SOON), "the client is told that something is missing");
        }
    }

    @Test
    void clientThatDoesNotReadForLongIsIdle() {
        STUB.plays(ZoneTransfer.server(1_000, 50_000));
        try (Forwarder forwarder = TRANSFERS.start("tcp-idle = \"2s\"");
                TcpClient client = TRANSFERS.connect(137)) {
            client.send(ZONE);
            Waiting.until(
                    SOON,
                    "the transfer runs",
                    () -> forwarder.openFiles() > 0 && !STUB.seen().isEmpty());
            Waiting.until(SOON, "it has been ended", () -> TRANSFERS.upstreamConnections() == 0);
            assertTrue(ZoneTransfer.receive(client).size() < 1_000, forwarder::log);
        }
    }

    @Test
    void transfersOverTheLimitsAreRefused() {
        STUB.plays(transfersAnd((query, line) -> line.send(ZoneTransfer.message(query.bytes(), 0, 2, 1_000))));
        Setup setup = TRANSFERS
                .setup("zone-transfers-per-client = 1", "zone-transfers = 2")
                .tries("4s", 3);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TcpClient one = TRANSFERS.connect(101);
                TcpClient other = TRANSFERS.connect(102)) {
            byte[] first = ZoneTransfer.message(ZONE, 0, 2, 1_000);
            assertArrayEquals(first, one.ask(ZONE), forwarder::log);
            byte[] refusal = one.ask(ZONE);
            assertEquals(Message.REFUSED, Message.rcode(refusal));
            assertEquals(List.of(NOT_READY), Edns.of(refusal).orElseThrow().errors());
            assertArrayEquals(Message.answerTo(OTHER), one.ask(OTHER), "other queries are not held to it");
            assertArrayEquals(first, other.ask(ZONE), "nor other clients");
            assertTrue(one.isClosedWithin(SOON), "silence has ended the first");
            try (TcpClient again = TRANSFERS.connect(101)) {
                assertArrayEquals(first, again.ask(ZONE), "and so there is room again");
            }
        }
    }

    @Test
    void refusalByMarkComesFirst() {
        Setup refusing = TRANSFERS.setup().append("[[policy]]\nmark = 137\naction = \"refuse\"\n");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, refusing);
                TcpClient client = TRANSFERS.connect(137)) {
            assertEquals(Message.REFUSED, Message.rcode(client.ask(ZONE)), forwarder::log);
            assertEquals(List.of(), STUB.seen());
        }
    }

    @Test
    void stopEndsATransferInTime() {
        STUB.plays(transfersAnd(ZoneTransfer.server(1_000, 50_000)));
        try (Forwarder forwarder = TRANSFERS.start();
                TcpClient stalled = TRANSFERS.connect(137);
                TcpClient running = TRANSFERS.connect(138)) {
            stalled.send(ZONE);
            running.send(ZONE);
            assertTrue(running.receive().isPresent());
            forwarder.terminate();
            assertEquals(1_000, 1 + ZoneTransfer.receive(running).size(), "one that is read is finished");
            forwarder.awaitExit(SOON);
            assertTrue(ZoneTransfer.receive(stalled).size() < 1_000);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    /** Waits until the server can send no more. */
    private static int awaitStall(IntSupplier sent) {
        AtomicInteger before = new AtomicInteger();
        AtomicLong since = new AtomicLong(System.nanoTime());
        Waiting.until(SOON, "the server stalls", () -> {
            if (before.getAndSet(sent.getAsInt()) != sent.getAsInt()) {
                since.set(System.nanoTime());
            }
            return before.get() > 0
                    && System.nanoTime() - since.get() > Duration.ofMillis(700).toNanos();
        });
        return sent.getAsInt();
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
import org.waymark.lab.StubServer.Line;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Who can't see the query can't answer it (RFC 5452). */
class ForgeryIT {
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final InetSocketAddress SERVER = Family.IPV4.upstream(53);
    private static final InetSocketAddress OTHER_HOST = Family.IPV4.upstream(54);
    private static final InetSocketAddress OTHER_PORT = new InetSocketAddress(SERVER.getAddress(), 5353);
    private static final Duration PATIENCE = Waiting.PATIENCE;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, SERVER, OTHER_HOST, OTHER_PORT);

    @BeforeEach
    void answerAsUsual() {
        LAB.rules("--many");
        STUB.reset();
    }

    @ParameterizedTest
    @EnumSource
    @Duty({14, 19})
    void forgedAnswersAreIgnoredAndTheWaitGoesOn(Forwarders forwarders) {
        byte[] query = Query.of("forged.example", Query.A).bytes(1);
        STUB.plays((seen, line) -> {
            if (!seen.name().startsWith("forged")) {
                // dnsdist sees whether the server is well.
                StubServer.ANSWER.play(seen, line);
                return;
            }
            byte[] lie = Message.answerTo(seen.bytes());
            lie[lie.length - 1] ^= 1;
            line.sendFrom(OTHER_HOST, lie);
            line.sendFrom(OTHER_PORT, lie);
            line.send(Message.withId(lie, Message.id(lie) + 1));
            line.send(with(lie, Message.HEADER + 1, 'g'));
            line.send(with(lie, Message.HEADER + 16 + 1, Query.AAAA));
            line.send(with(lie, Message.HEADER + 16 + 3, 3));
            line.send(with(lie, 2, 0x01));
            line.send(new byte[] {lie[0], lie[1]});
            STUB.after(Duration.ofMillis(100), StubServer.ANSWER).play(seen, line);
        });
        try (Forwarder forwarder = forwarders.start(LAB, setup());
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(101))) {
            assertArrayEquals(
                    Message.answerTo(query), client.ask(query, GATEWAY).bytes(), forwarder::log);
            assertEquals(1, STUB.seen("forged.example").size());
        }
    }

    @Test
    @Duty(17)
    void floodOfGuessesMovesTheQuestionToTcp() {
        byte[] query = Query.of("guessed.example", Query.A).bytes(2);
        STUB.plays((seen, line) -> {
            if (seen.tcp()) {
                StubServer.ANSWER.play(seen, line);
            } else {
                guess(seen.bytes(), line, 30);
            }
        });
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup());
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(101))) {
            assertArrayEquals(
                    Message.answerTo(query), client.ask(query, GATEWAY).bytes(), forwarder::log);
            List<StubServer.Seen> seen = STUB.seen("guessed.example");
            assertEquals(
                    List.of(false, true),
                    seen.stream().map(StubServer.Seen::tcp).toList(),
                    forwarder::log);
            forwarder.terminate();
            forwarder.awaitExit(PATIENCE);
            assertTrue(forwarder.log().contains("somebody may be guessing"), forwarder::log);
        }
    }

    @Test
    @Duty(17)
    void fewStrayAnswersDoNotMoveIt() {
        byte[] query = Query.of("stray.example", Query.A).bytes(3);
        STUB.plays((seen, line) -> {
            guess(seen.bytes(), line, 3);
            StubServer.ANSWER.play(seen, line);
        });
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup());
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(101))) {
            assertArrayEquals(
                    Message.answerTo(query), client.ask(query, GATEWAY).bytes());
            assertEquals(1, STUB.seen("stray.example").size(), forwarder::log);
        }
    }

    @Test
    @Duty(17)
    void lateAnswersOfASlowServerAreNoGuesses() {
        StubServer.Script late = STUB.after(Duration.ofMillis(1_500), StubServer.ANSWER);
        STUB.plays((seen, line) -> {
            boolean isSecondTry = STUB.seen(seen.name()).size() > 1;
            (isSecondTry ? STUB.after(Duration.ofMillis(600), StubServer.ANSWER) : late).play(seen, line);
        });
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().tries("1s", 3));
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(101))) {
            for (int i = 0; i < 40; i++) {
                client.send(Query.of("late" + i + ".example", Query.A).bytes(i), GATEWAY);
            }
            for (int i = 0; i < 40; i++) {
                byte[] answer = client.receive(PATIENCE).orElseThrow().bytes();
                assertEquals(Message.NOERROR, Message.rcode(answer), forwarder::log);
            }
            assertTrue(STUB.seen().stream().noneMatch(StubServer.Seen::tcp), "none is asked over TCP");
        }
    }

    @Test
    @Duty(18)
    void identicalQuestionsOfOneMarkAreAskedOnce() {
        List<Runnable> held = new ArrayList<>();
        STUB.plays((seen, line) -> {
            synchronized (held) {
                held.add(() -> line.send(Message.answerTo(seen.bytes())));
            }
        });
        byte[] query = Query.of("same.example", Query.A).bytes(4);
        byte[] last = Query.of("last.example", Query.A).bytes(99);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup());
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(101))) {
            for (int id = 0; id < 50; id++) {
                client.send(Message.withId(query, id), GATEWAY);
            }
            client.send(last, GATEWAY);
            Waiting.until(
                    PATIENCE, "all have come", () -> !STUB.seen("last.example").isEmpty());
            assertEquals(1, STUB.seen("same.example").size(), forwarder::log);
            held.forEach(Runnable::run);
            Set<Integer> ids = new TreeSet<>();
            for (int i = 0; i < 51; i++) {
                byte[] answer = client.receive(PATIENCE).orElseThrow().bytes();
                ids.add(Message.id(answer));
                byte[] asked = Message.id(answer) == 99 ? last : query;
                assertArrayEquals(Message.answerTo(Message.withId(asked, Message.id(answer))), answer);
            }
            assertEquals(51, ids.size(), "each has an answer with its own id");
        }
    }

    @Test
    @Duty(18)
    void onlySoManyMarksMayAskTheSameAtOnce() {
        STUB.plays(StubServer.SILENCE);
        Setup setup = setup().with("limits", "queries-per-question = 8").tries("4s", 1);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            List<UdpClient> clients = new ArrayList<>();
            for (int number = 101; number <= 132; number++) {
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(number));
                client.send(Query.of("popular.example", Query.A).bytes(number), GATEWAY);
                clients.add(client);
            }
            int refused = 0;
            for (UdpClient client : clients) {
                byte[] answer = client.receive(PATIENCE).orElseThrow().bytes();
                refused += Message.rcode(answer) == Message.REFUSED ? 1 : 0;
                client.close();
            }
            int asked = STUB.seen("popular.example").size();
            assertTrue(asked <= 8, () -> asked + " were asked: " + forwarder.log());
            assertEquals(32 - asked, refused);
        }
    }

    @Test
    @Duty(16)
    void portsThatTheHostReservesAreNotUsed() {
        LAB.exec(Host.GATEWAY, "sh", "-c", "echo 1024-60000 > /proc/sys/net/ipv4/ip_local_reserved_ports")
                .orFail();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup())) {
            for (int number = 101; number <= 132; number++) {
                try (UdpClient client = UdpClient.from(LAB, Family.IPV4.client(number))) {
                    client.ask(Query.of("port" + number + ".example", Query.A).bytes(number), GATEWAY);
                }
            }
            assertEquals(32, STUB.seen().size());
            List<Integer> ports =
                    STUB.seen().stream().map(seen -> seen.from().getPort()).toList();
            assertTrue(ports.stream().allMatch(port -> port > 60_000), () -> ports + forwarder.log());
        } finally {
            LAB.exec(Host.GATEWAY, "sh", "-c", "echo > /proc/sys/net/ipv4/ip_local_reserved_ports")
                    .orFail();
        }
    }

    private static void guess(byte[] query, Line line, int guesses) {
        for (int i = 1; i <= guesses; i++) {
            line.send(Message.withId(Message.answerTo(query), Message.id(query) + i));
        }
    }

    private static byte[] with(byte[] message, int at, int value) {
        byte[] copy = message.clone();
        copy[at] = (byte) value;
        return copy;
    }

    private static Setup setup() {
        return Setup.wildcard().servers(SERVER);
    }
}

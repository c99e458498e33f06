package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.Duty;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;

/** DNS over TCP on both sides, as RFC 7766 and RFC 9210 have it. */
class TcpBehaviourIT {
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final int LARGEST = 65_535;

    @RegisterExtension
    private static final OneServerLab ONE_SERVER = new OneServerLab();

    private static final Lab LAB = ONE_SERVER.lab();
    private static final StubServer STUB = ONE_SERVER.stub();

    @ParameterizedTest
    @EnumSource
    @Duty({6, 7})
    void queryThatCameOverTcpGoesOnOverTcp(Family family) {
        byte[] query = Query.of("tcp.example", Query.A).bytes(1);
        try (TcpClient client = TcpClient.connect(LAB, family.client(137), family.gateway())) {
            assertArrayEquals(Message.answerTo(query), client.ask(query));
        }
        assertEquals(
                List.of(true), STUB.seen().stream().map(StubServer.Seen::tcp).toList());
    }

    @Test
    @Duty(30)
    void lengthAndMessageArriveTogether() {
        byte[] query = Query.of("together.example", Query.A).bytes(2);
        try (TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            client.send(query);
            assertArrayEquals(TcpClient.frame(Message.answerTo(query)), client.firstToArrive());
        }
    }

    @Test
    @Duty({31, 32, 33})
    void queriesOfOneMarkShareFewConnectionsAndNoIdIsInFlightTwice() {
        Map<InetSocketAddress, Set<Integer>> open = new HashMap<>();
        List<String> twice = new ArrayList<>();
        List<Runnable> held = new ArrayList<>();
        STUB.plays((query, line) -> {
            synchronized (held) {
                if (!open.computeIfAbsent(query.from(), from -> new HashSet<>()).add(Message.id(query.bytes()))) {
                    twice.add(query.toString());
                }
                held.add(0, () -> line.send(Message.answerTo(query.bytes())));
                if (held.size() == 100) {
                    // All at once, the last one first, so that only the id tells which is whose.
                    held.forEach(Runnable::run);
                    held.clear();
                    open.clear();
                }
            }
        });
        try (TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            for (int round = 0; round < 10; round++) {
                for (int id = 0; id < 100; id++) {
                    client.send(query(round, id));
                }
                for (int i = 0; i < 100; i++) {
                    byte[] answer = client.receive().orElseThrow();
                    assertArrayEquals(Message.answerTo(query(round, Message.id(answer))), answer);
                }
            }
        }
        assertEquals(List.of(), twice);
        Set<InetSocketAddress> connections =
                STUB.seen().stream().map(StubServer.Seen::from).collect(Collectors.toSet());
        assertTrue(connections.size() <= 2, () -> "connections: " + connections);
    }

    @Test
    @Duty(33)
    void answersOverTcpMatchOnTheQuestionToo() {
        byte[] query = Query.of("right.example", Query.A).bytes(3);
        STUB.plays((seen, line) -> {
            byte[] wrong = Query.of("wrong.example", Query.A).bytes(Message.id(seen.bytes()));
            line.send(Message.answerTo(wrong));
            line.send(Message.answerTo(seen.bytes()));
        });
        try (TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            assertArrayEquals(Message.answerTo(query), client.ask(query));
        }
    }

    @Test
    @Duty(39)
    void emptyFrameIsPassedOver() {
        byte[] query = Query.of("behind.example", Query.A).bytes(4);
        try (TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            client.write((byte) 0, (byte) 0);
            assertArrayEquals(Message.answerTo(query), client.ask(query));
        }
    }

    /** By default 100 queries of a connection are worked on at a time. The end of the client's side waits behind the others. */
    @Test
    @Duty(38)
    void halfClosedClientGetsAllAnswersHoweverManyItWaitsFor() {
        STUB.plays(STUB.after(Duration.ofMillis(300), StubServer.ANSWER));
        Set<Integer> expected = IntStream.range(0, 150).boxed().collect(Collectors.toSet());
        Set<Integer> answered = new HashSet<>();
        try (TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            for (int id : expected) {
                client.send(Query.of("half" + id + ".example", Query.A).bytes(id));
            }
            client.endOutput();
            for (Optional<byte[]> answer = client.receive(); answer.isPresent(); answer = client.receive()) {
                answered.add(Message.id(answer.get()));
            }
        }
        assertEquals(expected, answered);
    }

    @Test
    @Duty(39)
    void largestFramePassesBothWays() {
        byte[] start = Query.of("largest.example", Query.A).bytes(5);
        byte[] query = Query.of("largest.example", Query.A)
                .trailing(new byte[LARGEST - start.length])
                .bytes(5);
        STUB.plays((seen, line) -> {
            byte[] answer = seen.bytes().clone();
            answer[2] |= (byte) 0x80;
            line.send(answer);
        });
        try (TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            byte[] answer = client.ask(query);
            assertEquals(LARGEST, answer.length);
            assertArrayEquals(
                    Message.afterId(query), Message.afterId(STUB.seen().get(0).bytes()));
        }
    }

    private static byte[] query(int round, int id) {
        return Query.of("q" + id + ".r" + round + ".example", Query.A).bytes(id);
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.integration.HostileLab.CLIENT;
import static org.waymark.integration.HostileLab.GATEWAY;
import static org.waymark.integration.HostileLab.VALID;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.Duty;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.StubServer;
import org.waymark.lab.StubServer.Line;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;

/** Broken queries and forged answers never hurt. */
class HostileIT {
    private static final int QUESTION_END = VALID.length - 15;

    @RegisterExtension
    private static final HostileLab HOSTILE = new HostileLab();

    private static final Lab LAB = HOSTILE.lab();
    private static final StubServer STUB = HOSTILE.stub();

    @Test
    void datagramShorterThanAHeaderGetsNoAnswer() {
        for (int length = 0; length < Message.HEADER; length++) {
            assertEquals(Optional.empty(), HOSTILE.answerTo(Arrays.copyOf(VALID, length)), "length " + length);
        }
        assertEquals(List.of(), STUB.seen("www.valid.example"));
    }

    @Test
    @Duty(44)
    void answersSentToItGetNoAnswer() {
        byte[] answer = Message.answerTo(VALID);
        assertEquals(Optional.empty(), HOSTILE.answerTo(answer));
        byte[] broken = Arrays.copyOf(answer, 20);
        assertEquals(Optional.empty(), HOSTILE.answerTo(broken));
        assertEquals(List.of(), STUB.seen("www.valid.example"));
    }

    @Test
    @Duty({12, 56})
    void queryCutAtAnyByteGetsFormerr() {
        for (int length = Message.HEADER; length < QUESTION_END; length++) {
            assertRcode(Message.FORMERR, Arrays.copyOf(VALID, length), "cut to " + length);
        }
        for (int length = QUESTION_END; length < VALID.length; length++) {
            assertTrue(HOSTILE.answerTo(Arrays.copyOf(VALID, length)).isPresent(), "cut to " + length);
        }
    }

    @Test
    @Duty({12, 56})
    void queryCutAtAnyByteGetsFormerrOverTcp() {
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            for (int length = Message.HEADER; length < QUESTION_END; length++) {
                byte[] answer = client.ask(Arrays.copyOf(VALID, length));
                assertEquals(Message.FORMERR, Message.rcode(answer), "cut to " + length);
                assertEquals(Message.id(VALID), Message.id(answer));
            }
            assertArrayEquals(Message.answerTo(VALID), client.ask(VALID));
        }
    }

    @Test
    @Duty(56)
    void questionThatIsNotANameGetsFormerr() {
        Map<String, byte[]> names = new TreeMap<>();
        names.put("points at itself", bytes(0xc0, 12));
        names.put("points forward", bytes(0xc0, 16));
        names.put("points out of the message", bytes(0xff, 0xff));
        names.put("two that point at each other", bytes(0xc0, 14, 0xc0, 12));
        names.put("label, then a loop", bytes(1, 'a', 0xc0, 12));
        names.put("label type 01", bytes(0x41, 'a', 0));
        names.put("label type 10", bytes(0x81, 'a', 0));
        names.put("longer than 255", Query.name(("x".repeat(60) + ".").repeat(5)));
        names.put("without an end", Arrays.copyOf(Query.name("x".repeat(60)), 61));
        names.forEach((title, name) -> {
            byte[] query = Query.empty()
                    .raw(0, name)
                    .trailing(Query.shorts(Query.A, 1))
                    .bytes(2);
            byte[] answer = HOSTILE.answerTo(query).orElseThrow(() -> new AssertionError(title + ": silence"));
            assertEquals(Message.FORMERR, Message.rcode(answer), title);
        });
    }

    @Test
    @Duty({24, 42, 56})
    void countsThatLieDoNoHarm() {
        Query twoQuestions = Query.of("a.example", Query.A).question("b.example", Query.A, 1);
        assertRcode(Message.FORMERR, twoQuestions.bytes(3), "two questions");
        assertRcode(
                Message.FORMERR,
                Query.of("a.example", Query.A).lyingCount(0, 65_535).bytes(4),
                "65,535 questions");
        for (int section = 1; section <= 3; section++) {
            byte[] query =
                    Query.of("c.example", Query.A).lyingCount(section, 65_535).bytes(5);
            assertTrue(HOSTILE.answerTo(query).isPresent(), "count " + section);
        }
        assertTrue(HOSTILE.answerTo(Query.empty().bytes(6)).isPresent(), "no question at all");
        Query twoOpts = Query.of("d.example", Query.A).edns(1232, 0).edns(1232, 0);
        assertRcode(Message.FORMERR, twoOpts.bytes(7), "two OPT records");
        Query opt = Query.of("e.example", Query.A).edns(1232, 0, bytes(0, 10, 0xff, 0xff));
        assertTrue(HOSTILE.answerTo(opt.bytes(8)).isPresent(), "an option longer than its record");
    }

    @Test
    void oversizeQueriesDoNoHarm() {
        byte[] filling = new byte[60_000];
        byte[] large = Query.of("large.example", Query.A).trailing(filling).bytes(9);
        HOSTILE.answerTo(large);
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.send(Query.of("large.example", Query.A)
                    .trailing(new byte[65_535 - 31])
                    .bytes(10));
            Optional<byte[]> answer = client.receive();
            answer.ifPresent(message -> assertEquals(10, Message.id(message)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noiseDoesNoHarm(long seed) {
        Random random = new Random(seed);
        try (UdpClient client = UdpClient.from(LAB, CLIENT)) {
            for (int i = 0; i < 2_000; i++) {
                byte[] noise = i % 2 == 0 ? VALID.clone() : new byte[random.nextInt(600)];
                if (i % 2 == 0) {
                    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                        noise[2 + random.nextInt(noise.length - 2)] = (byte) random.nextInt();
                    }
                } else {
                    random.nextBytes(noise);
                }
                client.send(noise, GATEWAY);
            }
        }
    }

    @Test
    @Duty({14, 19})
    void forgedAnswersAreIgnoredAndTheWaitGoesOn() {
        STUB.plays((query, line) -> {
            sendForgeries(query.bytes(), line);
            line.sendFrom(Family.IPV4.upstream(54), Message.largeAnswerTo(query.bytes(), 40));
            STUB.after(Duration.ofMillis(100), StubServer.ANSWER).play(query, line);
        });
        assertArrayEquals(Message.answerTo(VALID), HOSTILE.answerTo(VALID).orElseThrow());
        assertEquals(1, STUB.seen("www.valid.example").size());
    }

    @Test
    @Duty(33)
    void foreignAnswersOverTcpAreIgnoredToo() {
        STUB.plays((query, line) -> {
            if (query.tcp()) {
                sendForgeries(query.bytes(), line);
            }
            STUB.after(Duration.ofMillis(100), StubServer.ANSWER).play(query, line);
        });
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            assertArrayEquals(Message.answerTo(VALID), client.ask(VALID));
        }
    }

    /** Answers of the right host that are not for this query: id, name, type, class, question or QR are wrong, or it is cut. */
    private static void sendForgeries(byte[] query, Line line) {
        byte[] answer = Message.largeAnswerTo(query, 40);
        line.send(Message.withId(answer, Message.id(query) + 1));
        line.send(with(answer, Message.HEADER + 1, 'v'));
        line.send(with(answer, QUESTION_END - 3, Query.AAAA));
        line.send(with(answer, QUESTION_END - 1, 3));
        line.send(with(answer, 2, 1));
        line.send(with(answer, 5, 0));
        line.send(Arrays.copyOf(answer, QUESTION_END - 2));
        line.send(Arrays.copyOf(answer, Message.HEADER));
        line.send(Arrays.copyOf(answer, 5));
        line.send(new byte[0]);
    }

    private static byte[] with(byte[] message, int at, int value) {
        byte[] copy = message.clone();
        copy[at] = (byte) value;
        return copy;
    }

    private static void assertRcode(int rcode, byte[] query, String title) {
        byte[] answer = HOSTILE.answerTo(query).orElseThrow(() -> new AssertionError(title + ": silence"));
        assertEquals(rcode, Message.rcode(answer), title);
        assertEquals(Message.id(query), Message.id(answer), title);
        assertTrue(Message.isAnswer(answer), title);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/**
 * Broken clients and forging servers never hurt: after each the forwarder still answers, no exception is in its log, and its sockets
 * are closed again.
 */
class HostileIT {
    private static final InetAddress CLIENT = Family.IPV4.client(137);
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final byte[] VALID = Query.of("www.valid.example", Query.A)
            .edns(1232, 0x8000, (byte) 0, (byte) 3, (byte) 0, (byte) 0)
            .bytes(1);
    private static final int QUESTION_END = VALID.length - 15;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV4.upstream(54));

    @AutoClose
    private static final Forwarder FORWARDER = Forwarders.WAYMARK.start(
            LAB,
            Setup.wildcard()
                    .servers(Family.IPV4.upstream(53))
                    .tries("1s", 2)
                    .with("limits", "tcp-idle = \"1s\"")
                    .with("limits", "upstream-idle = \"1s\"")
                    .with("limits", "upstream-socket-life = \"1s\""));

    private static int openFilesAtRest;

    @BeforeAll
    static void askOnceSoThatEverythingIsLoaded() {
        askAsUsual();
        Waiting.until(Duration.ofSeconds(5), "idle sockets are closed", HostileIT::isAtRest);
        openFilesAtRest = FORWARDER.openFiles();
    }

    @BeforeEach
    void answerAsUsual() {
        STUB.reset();
    }

    @AfterEach
    void forwarderIsAsGoodAsBefore() {
        STUB.plays(StubServer.ANSWER);
        askAsUsual();
        assertEquals(List.of(), FORWARDER.ownFaults());
        Waiting.until(
                Duration.ofSeconds(8),
                "open files back to " + openFilesAtRest,
                () -> FORWARDER.openFiles() <= openFilesAtRest);
    }

    @Test
    void datagramShorterThanAHeaderGetsNoAnswer() {
        for (int length = 0; length < Message.HEADER; length++) {
            assertEquals(Optional.empty(), answerTo(Arrays.copyOf(VALID, length)), "length " + length);
        }
        assertEquals(List.of(), STUB.seen("www.valid.example"));
    }

    @Test
    @Duty(44)
    void answersSentToItGetNoAnswer() {
        byte[] answer = Message.answerTo(VALID);
        assertEquals(Optional.empty(), answerTo(answer));
        byte[] broken = Arrays.copyOf(answer, 20);
        assertEquals(Optional.empty(), answerTo(broken));
        assertEquals(List.of(), STUB.seen("www.valid.example"));
    }

    @Test
    @Duty({12, 56})
    void queryCutAtAnyByteGetsFormerr() {
        for (int length = Message.HEADER; length < QUESTION_END; length++) {
            assertRcode(Message.FORMERR, Arrays.copyOf(VALID, length), "cut to " + length);
        }
        for (int length = QUESTION_END; length < VALID.length; length++) {
            assertTrue(answerTo(Arrays.copyOf(VALID, length)).isPresent(), "cut to " + length);
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
            byte[] answer = answerTo(query).orElseThrow(() -> new AssertionError(title + ": silence"));
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
            assertTrue(answerTo(query).isPresent(), "count " + section);
        }
        assertTrue(answerTo(Query.empty().bytes(6)).isPresent(), "no question at all");
        Query twoOpts = Query.of("d.example", Query.A).edns(1232, 0).edns(1232, 0);
        assertRcode(Message.FORMERR, twoOpts.bytes(7), "two OPT records");
        Query opt = Query.of("e.example", Query.A).edns(1232, 0, bytes(0, 10, 0xff, 0xff));
        assertTrue(answerTo(opt.bytes(8)).isPresent(), "an option longer than its record");
    }

    @Test
    void oversizeQueriesDoNoHarm() {
        byte[] filling = new byte[60_000];
        byte[] large = Query.of("large.example", Query.A).trailing(filling).bytes(9);
        answerTo(large);
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
    @Duty(39)
    void framesWithoutAMessageCloseTheConnectionOrAreSkipped() {
        try (TcpClient empty = TcpClient.connect(LAB, CLIENT, GATEWAY);
                TcpClient tooShort = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            empty.write(bytes(0, 0));
            empty.write(TcpClient.frame(VALID));
            empty.receive().ifPresent(answer -> assertArrayEquals(Message.answerTo(VALID), answer));
            tooShort.write(bytes(0, 5, 1, 2, 3, 4, 5));
            tooShort.write(TcpClient.frame(VALID));
            tooShort.receive().ifPresent(answer -> assertArrayEquals(Message.answerTo(VALID), answer));
        }
    }

    @Test
    @Duty(30)
    void frameThatComesByteByByteIsAnswered() {
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            for (byte one : TcpClient.frame(VALID)) {
                client.write(one);
            }
            assertArrayEquals(Message.answerTo(VALID), client.receive().orElseThrow());
        }
    }

    @Test
    @Duty(35)
    void unfinishedFrameIsNotWaitedForLongerThanTheIdleTime() {
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.write(Arrays.copyOf(TcpClient.frame(VALID), 20));
            assertTrue(client.isClosedWithin(Duration.ofSeconds(6)));
        }
    }

    @Test
    void unfinishedFrameAtTheEndOfInputEndsTheConnection() {
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.write(Arrays.copyOf(TcpClient.frame(VALID), 20));
            client.endOutput();
            assertTrue(client.isClosedWithin(Duration.ofSeconds(6)));
        }
    }

    @Test
    @Duty(29)
    void pipelinedQueriesAreAllAnsweredAndASlowOneDelaysNoOther() {
        byte[] slow = Query.of("slow.example", Query.A).bytes(500);
        STUB.plays((query, line) -> {
            Duration delay = query.name().equals("slow.example") ? Duration.ofMillis(600) : Duration.ZERO;
            STUB.after(delay, StubServer.ANSWER).play(query, line);
        });
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.send(slow);
            for (int id = 0; id < 100; id++) {
                client.send(Query.of("p" + id + ".example", Query.A).bytes(id));
            }
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < 101; i++) {
                byte[] answer = client.receive().orElseThrow();
                int id = Message.id(answer);
                byte[] query = id == 500
                        ? slow
                        : Query.of("p" + id + ".example", Query.A).bytes(id);
                assertArrayEquals(Message.answerTo(query), answer);
                ids.add(id);
            }
            assertEquals(101, ids.stream().distinct().count());
            assertEquals(500, ids.get(100), "the slow one comes last");
        }
    }

    @Test
    @Duty(38)
    void halfClosedClientStillGetsItsAnswers() {
        STUB.plays(STUB.after(Duration.ofMillis(200), StubServer.ANSWER));
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.send(VALID);
            client.endOutput();
            assertArrayEquals(Message.answerTo(VALID), client.receive().orElseThrow());
            assertTrue(client.isClosedWithin(Duration.ofSeconds(6)));
        }
    }

    @Test
    @Duty(37)
    void clientsThatDisappearLeaveNothingBehind() {
        STUB.plays(STUB.after(Duration.ofMillis(100), StubServer.ANSWER));
        for (int i = 0; i < 20; i++) {
            byte[] query = Query.of("gone" + i + ".example", Query.A).bytes(i);
            try (UdpClient udp = UdpClient.from(LAB, CLIENT)) {
                udp.send(query, GATEWAY);
            }
            try (TcpClient tcp = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
                tcp.send(query);
                tcp.abort();
            }
        }
    }

    @Test
    void clientsThatNeverReadTheirAnswersDoNoHarm() {
        STUB.plays((query, line) -> line.send(
                query.tcp() ? Message.largeAnswerTo(query.bytes(), 60_000) : Message.answerTo(query.bytes())));
        ByteArrayOutputStream queries = new ByteArrayOutputStream();
        for (int id = 0; id < 4_000; id++) {
            queries.writeBytes(TcpClient.frame(
                    Query.of("greedy" + id + ".example", Query.TXT).bytes(id)));
        }
        List<TcpClient> greedy = IntStream.range(0, 5)
                .mapToObj(i -> TcpClient.connect(LAB, CLIENT, GATEWAY))
                .toList();
        greedy.forEach(client -> client.writeInBackground(queries.toByteArray()));
        Waiting.until(
                Duration.ofSeconds(5), "queries go upstream", () -> STUB.seen().size() > 20);
        for (int i = 0; i < 20; i++) {
            assertArrayEquals(
                    Message.answerTo(VALID),
                    answerTo(VALID).orElseThrow(() -> new AssertionError("no answer, " + FORWARDER.log())));
        }
        greedy.forEach(TcpClient::abort);
    }

    @Test
    @Duty({14, 19})
    void forgedAnswersAreIgnoredAndTheWaitGoesOn() {
        STUB.plays((query, line) -> {
            sendForgeries(query.bytes(), line);
            line.sendFrom(Family.IPV4.upstream(54), Message.largeAnswerTo(query.bytes(), 40));
            STUB.after(Duration.ofMillis(100), StubServer.ANSWER).play(query, line);
        });
        assertArrayEquals(Message.answerTo(VALID), answerTo(VALID).orElseThrow());
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

    /** What comes back for a datagram. Where silence is due, it is not waited for long. */
    private static Optional<byte[]> answerTo(byte[] message) {
        try (UdpClient client = UdpClient.from(LAB, CLIENT)) {
            client.send(message, GATEWAY);
            Duration patience = Message.HEADER > message.length || Message.isAnswer(message)
                    ? Duration.ofMillis(100)
                    : Duration.ofSeconds(5);
            return client.receive(patience).map(UdpClient.Received::bytes);
        }
    }

    private static void assertRcode(int rcode, byte[] query, String title) {
        byte[] answer = answerTo(query).orElseThrow(() -> new AssertionError(title + ": silence"));
        assertEquals(rcode, Message.rcode(answer), title);
        assertEquals(Message.id(query), Message.id(answer), title);
        assertTrue(Message.isAnswer(answer), title);
    }

    private static void askAsUsual() {
        byte[] query = Query.of("usual.example", Query.A).bytes(77);
        try (UdpClient udp = UdpClient.from(LAB, CLIENT);
                TcpClient tcp = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            assertArrayEquals(Message.answerTo(query), udp.ask(query, GATEWAY).bytes());
            assertArrayEquals(Message.answerTo(query), tcp.ask(query));
        }
    }

    /** Whether the gateway has no socket to a server any more. */
    private static boolean isAtRest() {
        return LAB.exec(Host.GATEWAY, "ss", "-Htuan", "dst", "10.99.0.53")
                .orFail()
                .lines()
                .noneMatch(line -> line.contains("ESTAB"));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.waymark.integration.HostileLab.CLIENT;
import static org.waymark.integration.HostileLab.GATEWAY;
import static org.waymark.integration.HostileLab.VALID;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.Duty;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.StubServer;
import org.waymark.lab.StubServer.Line;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;

/** Broken queries and forged answers never hurt. */
@ParameterizedClass
@EnumSource
class HostileIT {
    private static final int QUESTION_END = VALID.length - 15;

    @RegisterExtension
    private static final HostileLab HOSTILE = new HostileLab();

    private static final Lab LAB = HOSTILE.lab();
    private static final StubServer STUB = HOSTILE.stub();

    /** JUnit wants to tell the tests, too, which forwarder they run against. */
    HostileIT(Forwarders forwarder) {}

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
        expectFormerr(cuts(Message.HEADER, QUESTION_END), Forwarders.DNSMASQ, Forwarders.DNSDIST);
        expectAnswers(cuts(QUESTION_END, VALID.length));
    }

    @Test
    @Duty({12, 56})
    void queryCutAtAnyByteGetsFormerrOverTcp() {
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            Optional<String> without =
                    firstWithout(HostileIT::isFormerr, client::askIfOpen, cuts(Message.HEADER, QUESTION_END));
            HOSTILE.expect(without.isEmpty(), "FORMERR, but for " + without, Forwarders.DNSMASQ, Forwarders.DNSDIST);
            if (without.isEmpty()) {
                assertArrayEquals(Message.answerTo(VALID), client.ask(VALID));
            }
        }
    }

    private static Map<String, byte[]> cuts(int shortest, int end) {
        Map<String, byte[]> cuts = new LinkedHashMap<>();
        for (int length = shortest; length < end; length++) {
            cuts.put("cut to " + length, Arrays.copyOf(VALID, length));
        }
        return cuts;
    }

    @Test
    @Duty(56)
    void questionThatIsNotANameGetsFormerr() {
        Map<String, byte[]> names = new LinkedHashMap<>();
        names.put("points at itself", bytes(0xc0, 12));
        names.put("points forward", bytes(0xc0, 16));
        names.put("points out of the message", bytes(0xff, 0xff));
        names.put("two that point at each other", bytes(0xc0, 14, 0xc0, 12));
        names.put("label, then a loop", bytes(1, 'a', 0xc0, 12));
        names.put("label type 01", bytes(0x41, 'a', 0));
        names.put("label type 10", bytes(0x81, 'a', 0));
        names.put("longer than 255", Query.name(("x".repeat(60) + ".").repeat(5)));
        names.put("without an end", Arrays.copyOf(Query.name("x".repeat(60)), 61));
        names.replaceAll((title, name) ->
                Query.empty().raw(0, name).trailing(Query.shorts(Query.A, 1)).bytes(2));
        expectFormerr(names, Forwarders.DNSMASQ, Forwarders.DNSDIST);
    }

    @Test
    @Duty({24, 42, 56})
    void countsThatLieDoNoHarm() {
        Map<String, byte[]> broken = new LinkedHashMap<>();
        Query twoQuestions = Query.of("a.example", Query.A).question("b.example", Query.A, 1);
        broken.put("two questions", twoQuestions.bytes(3));
        broken.put("65,535 questions", lying(0).bytes(4));
        Query twoOpts = Query.of("d.example", Query.A).edns(1232, 0).edns(1232, 0);
        broken.put("two OPT records", twoOpts.bytes(7));
        expectFormerr(broken, Forwarders.DNSMASQ, Forwarders.DNSDIST);

        Map<String, byte[]> odd = new LinkedHashMap<>();
        for (int section = 1; section <= 3; section++) {
            odd.put("count " + section, lying(section).bytes(5));
        }
        odd.put("no question at all", Query.empty().bytes(6));
        Query opt = Query.of("e.example", Query.A).edns(1232, 0, bytes(0, 10, 0xff, 0xff));
        odd.put("an option longer than its record", opt.bytes(8));
        expectAnswers(odd);
    }

    private static Query lying(int section) {
        return Query.of("c.example", Query.A).lyingCount(section, 65_535);
    }

    @Test
    void oversizeQueriesDoNoHarm() {
        byte[] large =
                Query.of("large.example", Query.A).trailing(new byte[60_000]).bytes(9);
        expectAnswers(Map.of("60,031 bytes over UDP", large), Forwarders.DNSMASQ, Forwarders.DNSDIST);
        byte[] largest = Query.of("large.example", Query.A)
                .trailing(new byte[65_535 - 31])
                .bytes(10);
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            Optional<String> without =
                    firstWithout(answer -> true, client::askIfOpen, Map.of("65,535 bytes over TCP", largest));
            HOSTILE.expect(without.isEmpty(), "answers, but for " + without);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noiseDoesNoHarm(long seed) {
        Random random = new Random(seed);
        byte[] good = Query.of("good.example", Query.A).bytes(4711);
        try (UdpClient client = UdpClient.from(LAB, CLIENT);
                UdpClient other = UdpClient.from(LAB, CLIENT)) {
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
                // Fewer than there is room for at any forwarder's socket.
                if (i % 50 == 0) {
                    assertArrayEquals(
                            Message.answerTo(good), other.ask(good, GATEWAY).bytes());
                }
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
        assertArrayEquals(Message.answerTo(VALID), HOSTILE.ask(VALID));
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
            Optional<byte[]> answer = client.askIfOpen(VALID);
            HOSTILE.expect(
                    answer.filter(message -> Arrays.equals(Message.answerTo(VALID), message))
                            .isPresent(),
                    "the right answer",
                    Forwarders.DNSMASQ,
                    Forwarders.DNSDIST);
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

    private static void expectFormerr(Map<String, byte[]> queries, Forwarders... knownNotTo) {
        Optional<String> without = firstWithout(HostileIT::isFormerr, HOSTILE::answerTo, queries);
        HOSTILE.expect(without.isEmpty(), "FORMERR, but for " + without, knownNotTo);
    }

    private static void expectAnswers(Map<String, byte[]> queries, Forwarders... knownNotTo) {
        Optional<String> without = firstWithout(answer -> true, HOSTILE::answerTo, queries);
        HOSTILE.expect(without.isEmpty(), "answers, but for " + without, knownNotTo);
    }

    /** The first query that does not get such an answer. */
    private static Optional<String> firstWithout(
            Predicate<byte[]> due, Function<byte[], Optional<byte[]>> asking, Map<String, byte[]> queries) {
        return queries.entrySet().stream()
                .filter(query -> asking.apply(query.getValue())
                        .filter(Message::isAnswer)
                        .filter(answer -> Message.id(answer) == Message.id(query.getValue()))
                        .filter(due)
                        .isEmpty())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean isFormerr(byte[] answer) {
        return Message.rcode(answer) == Message.FORMERR;
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.Duty;
import org.waymark.lab.Answer;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Which answers are kept, for how long, and for which queries; the server says how often it was asked. */
class CacheIT {
    private static final InetAddress CLIENT = Family.IPV4.client(137);
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final int TC = 0x0200;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB =
            StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV4.upstream(54), Family.IPV6.upstream(53));

    /** One for all tests: each asks for names of its own. */
    @AutoClose
    private static final ReloadedWaymark WAYMARK = ReloadedWaymark.start(LAB, setup());

    private final String name = "n" + NAMES.incrementAndGet() + ".example";

    @BeforeEach
    void answerAsUsual() {
        STUB.reset();
    }

    @AfterEach
    void noFaults() {
        assertEquals(List.of(), WAYMARK.process().ownFaults());
    }

    private static Setup setup() {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53))
                .tries("2s", 1)
                .with("cache", "size = \"1MiB\"")
                .with("cache", "never = [\"never.example\"]");
    }

    private Query txt() {
        return Query.of(name, Query.TXT);
    }

    private static byte[] ask(Query query) {
        try (UdpClient udp = UdpClient.from(LAB, CLIENT)) {
            return udp.ask(query.bytes(7), GATEWAY).bytes();
        }
    }

    private static byte[] askOverTcp(Query query) {
        try (TcpClient tcp = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            return tcp.ask(query.bytes(7));
        }
    }

    private int asked() {
        return STUB.seen(name).size();
    }

    private static StubServer.Script answering(Function<byte[], byte[]> answer) {
        return (query, line) -> line.send(answer.apply(query.bytes()));
    }

    private static byte[] option(int code, int length) {
        byte[] option = new byte[4 + length];
        System.arraycopy(Query.shorts(code, length), 0, option, 0, 4);
        return option;
    }

    private static Arguments passedBy(String what, UnaryOperator<Query> changed) {
        return passedByQuery(what, name -> changed.apply(Query.of(name, Query.TXT)));
    }

    private static Arguments passedByQuery(String what, Function<String, Query> query) {
        return Arguments.of(what, query);
    }

    private static Arguments passedByType(String what, int type, int clazz) {
        return passedByQuery(what, name -> Query.empty().question(name, type, clazz));
    }

    private static Arguments passedByFlags(String what, int flags) {
        return passedBy(what, query -> query.flags(Query.RECURSION_DESIRED | flags));
    }

    static Stream<Arguments> queriesForOneClientOnly() {
        return Stream.of(
                passedBy("cookie", query -> query.edns(1232, 0, option(10, 8))),
                passedBy("client subnet", query -> query.edns(1232, 0, option(8, 7))),
                passedBy("NSID", query -> query.edns(1232, 0, option(3, 0))),
                passedBy("EXPIRE", query -> query.edns(1232, 0, option(9, 0))),
                passedBy("unknown option", query -> query.edns(1232, 0, option(65_001, 4))),
                passedBy(
                        "unknown option among known ones",
                        query -> query.edns(1232, 0, join(option(12, 30), option(100, 0), option(11, 0)))),
                passedBy("unknown EDNS flag", query -> query.edns(1232, 0x4000)),
                passedBy("EDNS version 1", query -> query.edns(1232, 0x1_0000)),
                passedBy("TSIG", query -> query.additional("key.example", 250, 255, new byte[16])),
                passedBy(
                        "record besides the question", query -> query.additional("x.example", Query.A, 1, new byte[4])),
                passedBy("bytes after the question", query -> query.trailing((byte) 1)),
                passedByType("ANY", 255, 1),
                passedByType("MAILA", 254, 1),
                passedByType("AXFR", 252, 1),
                passedByType("IXFR", 251, 1),
                passedByType("TKEY", 249, 1),
                passedByType("class ANY", Query.TXT, 255),
                passedByType("class NONE", Query.TXT, 254),
                passedByFlags("AA", 0x0400),
                passedByFlags("TC", TC),
                passedByFlags("RA", 0x0080),
                passedByFlags("Z", 0x0040),
                passedByFlags("RCODE", 0x0003),
                passedByFlags("STATUS", 2 << 11),
                passedByFlags("NOTIFY", 4 << 11),
                passedByFlags("UPDATE", 5 << 11),
                passedByFlags("opcode 15", 15 << 11));
    }

    @ParameterizedTest
    @MethodSource("queriesForOneClientOnly")
    @Duty(20)
    void whatMayBeForOneClientOnlyIsAskedEachTimeAndLeavesNothing(String what, Function<String, Query> query) {
        for (int i = 1; i <= 3; i++) {
            assertArrayEquals(Message.answerTo(query.apply(name).bytes(7)), ask(query.apply(name)));
            assertEquals(i, asked(), what);
        }
        ask(txt());
        assertEquals(4, asked(), "the answer to " + what + " was given to a plain query");
        ask(txt());
        ask(query.apply(name));
        assertEquals(5, asked(), "the answer to a plain query was given to " + what);
    }

    private static byte[] join(byte[]... parts) {
        byte[] all = new byte[Stream.of(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static Arguments answer(String what, Function<byte[], Answer> answer) {
        return Arguments.of(what, answer);
    }

    private static Arguments optionInAnswer(String what, int code, int length) {
        return answer(
                "answer with " + what, query -> Answer.txt(query, "x", 300).edns(0, option(code, length)));
    }

    static Stream<Arguments> answersThatAreNotKept() {
        return Stream.of(
                answer("TC", query -> Answer.txt(query, "x", 300).with(TC)),
                answer("TTL 0", query -> Answer.txt(query, "x", 0)),
                answer("TTL 0 of one record", query -> Answer.txt(query, "x", 300)
                        .record(3, Query.A, 0, new byte[4])),
                answer("TTL with the highest bit", query -> Answer.txt(query, "x", 0x8000_0010)),
                answer("no such name, no SOA", query -> Answer.to(query).with(Message.NXDOMAIN)),
                answer("nothing of the type, no SOA", Answer::to),
                answer("SOA with a minimum of 0", query -> Answer.to(query).soa(300, 0)),
                answer(
                        "SOA with a TTL of 0",
                        query -> Answer.to(query).soa(0, 300).with(Message.NXDOMAIN)),
                answer("FORMERR", query -> Answer.txt(query, "x", 300).with(Message.FORMERR)),
                answer("NOTIMP", query -> Answer.txt(query, "x", 300).with(4)),
                answer("REFUSED", query -> Answer.txt(query, "x", 300).with(Message.REFUSED)),
                answer("BADVERS", query -> Answer.txt(query, "x", 300).edns(0x0100_0000)),
                optionInAnswer("cookie", 10, 16),
                optionInAnswer("client subnet", 8, 7),
                optionInAnswer("NSID", 3, 4),
                optionInAnswer("keepalive", 11, 2),
                optionInAnswer("unknown option", 65_001, 0));
    }

    @ParameterizedTest
    @MethodSource("answersThatAreNotKept")
    void answerThatMayNotBeKeptIsAskedForEachTime(String what, Function<byte[], Answer> answer) {
        STUB.plays(answering(query -> answer.apply(query).bytes()));
        for (int i = 1; i <= 2; i++) {
            Query query = txt().edns(1232, 0);
            assertArrayEquals(answer.apply(query.bytes(7)).bytes(), ask(query));
            assertEquals(i, asked(), what);
        }
    }

    static Stream<Arguments> answersThatAreKept() {
        return Stream.of(
                optionInAnswer("extended error", 15, 6),
                optionInAnswer("padding", 12, 40),
                answer("AA and AD", query -> Answer.txt(query, "x", 300).with(0x0420)),
                answer(
                        "no such name",
                        query -> Answer.to(query).with(Message.NXDOMAIN).soa(300, 300)),
                answer("nothing of the type", query -> Answer.to(query).soa(300, 300)),
                answer("several records", query -> Answer.txt(query, "x", 300)
                        .record(1, Query.TXT, 600, (byte) 0)
                        .record(3, Query.A, 900, new byte[4])));
    }

    @ParameterizedTest
    @MethodSource("answersThatAreKept")
    void answerThatMayBeKeptIsAskedForOnceAndGivenAsItWas(String what, Function<byte[], Answer> answer) {
        STUB.plays(answering(query -> answer.apply(query).bytes()));
        Query query = txt().edns(1232, 0);
        byte[] first = ask(query);
        byte[] second = ask(query);

        assertArrayEquals(answer.apply(query.bytes(7)).bytes(), first);
        assertEquals(1, asked(), what);
        assertArrayEquals(first, Answer.withTtl(second, Answer.ttl(first)), what);
    }

    /** Flags and the presence of EDNS may change an answer; padding and keepalive are the business of two hosts. */
    @Test
    @Duty(55)
    void onlyQueriesThatSayTheSameShareAnAnswerAndEachHasItsOwnSpelling() {
        List<Query> different = List.of(
                txt(),
                txt().flags(0),
                txt().flags(0x0120),
                txt().flags(0x0110),
                txt().edns(1232, 0),
                txt().edns(1232, 0x8000),
                txt().edns(1232, 0, option(12, 100)),
                Query.of(name, Query.A),
                Query.empty().question(name, Query.TXT, 3));
        different.forEach(CacheIT::ask);
        assertEquals(different.size(), asked());
        different.forEach(CacheIT::ask);
        ask(txt().edns(512, 0));
        ask(txt().edns(1232, 0, option(11, 0)));
        byte[] shouted = Query.of(name.toUpperCase(Locale.ROOT), Query.TXT).bytes(7);
        assertArrayEquals(
                Message.answerTo(shouted),
                Answer.withTtl(ask(Query.of(name.toUpperCase(Locale.ROOT), Query.TXT)), 300));
        assertEquals(different.size(), STUB.seen().size());
    }

    /** Who takes more than the one who asked first may be due a longer answer. */
    @Test
    void clientGetsOnlyWhatFitsAndWhatItWouldHaveGotFromTheServer() {
        STUB.plays((query, line) -> {
            int limit = query.tcp() ? 65_535 : (query.bytes()[query.bytes().length - 8] & 0xff) << 8;
            byte[] answer = Message.largeAnswerTo(query.bytes(), 900);
            line.send(answer.length <= limit ? answer : Message.truncatedAnswerTo(query.bytes()));
        });
        assertTrue(Message.isTruncated(ask(txt().edns(512, 0))));
        byte[] whole = ask(txt().edns(1024, 0));
        assertEquals(2, asked());
        assertTrue(Message.isTruncated(ask(txt().edns(768, 0))));
        assertEquals(3, asked());
        assertArrayEquals(whole, Answer.withTtl(ask(txt().edns(1024, 0)), 300));
        assertEquals(3, asked());
        assertArrayEquals(whole, ask(txt().edns(4096, 0)));
        assertEquals(4, asked());
        ask(txt().edns(1024, 0));
        ask(txt().edns(2048, 0));
        assertEquals(4, asked());
        askOverTcp(txt().edns(1024, 0));
        assertEquals(5, asked());
        askOverTcp(txt().edns(512, 0));
        assertEquals(5, asked());
    }

    /** The lower one of the SOA's TTL and its MINIMUM counts, as far as the TTLs of others are not lower still. */
    @Test
    @Duty({51, 54})
    void answersServeAsLongAsTheyAreValidAndShowTheTimeThatIsLeft() {
        int life = 4;
        Map<String, Function<byte[], Answer>> answers = Map.of(
                "a." + name, query -> Answer.txt(query, "x", life),
                "b." + name, query -> Answer.to(query).soa(life, 300),
                "c." + name, query -> Answer.to(query).soa(300, life),
                "d." + name, query -> Answer.to(query).soa(life, 300).with(Message.NXDOMAIN),
                "e." + name, query -> Answer.to(query).soa(300, life).with(Message.NXDOMAIN),
                "f." + name, query -> Answer.txt(query, "x", 300).record(3, Query.A, life, new byte[4]),
                "g." + name, query -> Answer.txt(query, "x", 300));
        STUB.plays((query, line) ->
                line.send(answers.get(query.name()).apply(query.bytes()).bytes()));
        long start = System.nanoTime();
        answers.keySet().forEach(each -> ask(Query.of(each, Query.TXT)));
        long all = System.nanoTime();
        for (String each : answers.keySet()) {
            long before = System.nanoTime();
            int first = Answer.ttl(
                    answers.get(each).apply(Query.of(each, Query.TXT).bytes(7)).bytes());
            int ttl = Answer.ttl(ask(Query.of(each, Query.TXT)));
            long most = Duration.ofNanos(System.nanoTime() - start).toSeconds() + 1;
            assertTrue(ttl <= first && ttl >= first - most, each + " has a TTL of " + ttl + ", first " + first);
            boolean isFresh = before - start < Duration.ofSeconds(life - 1).toNanos();
            assertTrue(!isFresh || STUB.seen(each).size() == 1, each + " is asked for again before it is old");
        }
        Waiting.until(
                Waiting.PATIENCE,
                "they are too old",
                () -> System.nanoTime() - all > Duration.ofSeconds(life).toNanos());
        answers.keySet().forEach(each -> {
            int before = STUB.seen(each).size();
            int ttl = Answer.ttl(ask(Query.of(each, Query.TXT)));
            int again = STUB.seen(each).size() - before;
            assertEquals(each.startsWith("g.") ? 0 : 1, again, each);
            assertTrue(!each.startsWith("g.") || ttl <= 300 - life, each + " still has a TTL of " + ttl);
        });
    }

    @Test
    @Duty(52)
    void failuresAreGivenForFiveSecondsButNeverInPlaceOfAnAnswerThatServes() {
        ask(txt().edns(512, 0));
        STUB.plays(answering(query -> Answer.to(query).with(Message.SERVFAIL).bytes()));
        assertEquals(Message.SERVFAIL, Message.rcode(ask(txt().edns(1232, 0))));
        int asked = asked();
        assertEquals(Message.NOERROR, Message.rcode(ask(txt().edns(512, 0))));
        assertEquals(asked, asked());

        long start = System.nanoTime();
        assertEquals(Message.SERVFAIL, Message.rcode(ask(txt())));
        long end = System.nanoTime();
        int once = asked();
        assertTrue(once <= asked + 3, once - asked + " queries for one question");
        assertEquals(Message.SERVFAIL, Message.rcode(ask(txt())));
        boolean isFresh = System.nanoTime() - start < Duration.ofSeconds(5).toNanos();
        assertTrue(!isFresh || asked() == once, "a failed server is asked again at once");
        Waiting.until(
                Waiting.PATIENCE,
                "the failure is old",
                () -> System.nanoTime() - end > Duration.ofSeconds(5).toNanos());
        STUB.reset();
        assertEquals(Message.NOERROR, Message.rcode(ask(txt())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"never.example", "www.NEVER.example", "a.b.never.example"})
    void nameThatIsNeverKeptIsAskedForEachTime(String never) {
        ask(Query.of(never, Query.TXT));
        ask(Query.of(never, Query.TXT));
        assertEquals(2, STUB.seen(never).size());
    }

    @Test
    void nameThatOnlyEndsLikeOneThatIsNeverKeptIsKept() {
        ask(Query.of("also-never.example", Query.TXT));
        ask(Query.of("also-never.example", Query.TXT));
        assertEquals(1, STUB.seen("also-never.example").size());
    }

    private static final String VPN = "[[upstream]]\nname = \"vpn\"\nservers = [\"10.99.0.54\"]\n";

    static Stream<Setup> settingsThatChangeWhoAnswers() {
        return Stream.of(
                setup().servers(Family.IPV4.upstream(54)),
                Setup.wildcard().servers(Family.IPV4.upstream(54)).with("cache", "size = \"1MiB\""),
                setup().with("cache", "share = \"group\""),
                setup().append(VPN + "[[domain]]\nname = \"example\"\nupstream = \"vpn\"\n"),
                setup().append(VPN + "[[policy]]\nmark = 137\nupstream = \"vpn\"\n"),
                setup().append("[[policy]]\nmark = 137\nset-mark = 7\n"),
                Setup.wildcard().servers(Family.IPV4.upstream(53)).with("cache", "size = \"2MiB\""));
    }

    @ParameterizedTest
    @MethodSource("settingsThatChangeWhoAnswers")
    void nothingIsGivenThatWasKeptBeforeOthersMayAnswer(Setup changed) {
        WAYMARK.reload(setup());
        ask(txt());
        ask(txt());
        assertEquals(1, asked());
        WAYMARK.reload(changed);
        try {
            ask(txt());
            assertEquals(2, asked());
            ask(txt());
            assertEquals(2, asked());
        } finally {
            WAYMARK.reload(setup());
        }
    }

    /** Whoever asks after the reload is not given what the former servers answer to a question that is under way, either. */
    @Test
    void questionUnderWayIsNotSharedWithThoseWhoAskAfterTheServersHaveChanged() {
        STUB.plays((query, line) -> {
            String server = query.at().getAddress().getHostAddress();
            STUB.after(
                            Duration.ofMillis(server.equals("10.99.0.53") ? 1_500 : 1),
                            (late, to) -> to.send(
                                    Answer.txt(late.bytes(), server, 300).bytes()))
                    .play(query, line);
        });
        try (UdpClient early = UdpClient.from(LAB, CLIENT)) {
            early.send(txt().bytes(1), GATEWAY);
            Waiting.until(Waiting.PATIENCE, "it is asked", () -> asked() == 1);
            WAYMARK.reload(Setup.wildcard()
                    .servers(Family.IPV4.upstream(54))
                    .tries("2s", 1)
                    .with("cache", "size = \"1MiB\""));
            assertEquals("10.99.0.54", Answer.text(ask(txt())));
            assertEquals(
                    "10.99.0.53",
                    Answer.text(early.receive(Waiting.PATIENCE).orElseThrow().bytes()));
            assertEquals("10.99.0.54", Answer.text(ask(txt())));
        } finally {
            WAYMARK.reload(setup());
        }
    }

    @Test
    void settingsThatHaveNothingToDoWithItLeaveWhatIsKept() {
        WAYMARK.reload(setup());
        ask(txt());
        List<Setup> others = new ArrayList<>(List.of(
                setup().with("log", "queries = true"),
                setup().tries("1s", 3),
                setup().append(VPN + "[[domain]]\nname = \"elsewhere\"\nupstream = \"vpn\"\n")));
        others.add(setup());
        for (Setup other : others) {
            WAYMARK.reload(other);
            ask(txt());
            assertEquals(1, asked());
        }
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.Duty;
import org.waymark.lab.Answer;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Waiting;

/** Which answers are kept, for how long, and for which queries; the server says how often it was asked. */
class CacheIT {
    private static final int TC = 0x0200;

    @RegisterExtension
    private static final CacheLab LAB = new CacheLab(CacheLab.setup().with("cache", "never = [\"never.example\"]"));

    private final String name = LAB.nextName();

    private Query txt() {
        return Query.of(name, Query.TXT);
    }

    private int asked() {
        return LAB.stub().seen(name).size();
    }

    private static Arguments answer(String what, Function<byte[], Answer> answer) {
        return Arguments.of(what, answer);
    }

    private static Arguments optionInAnswer(String what, int code, int length) {
        return answer(
                "answer with " + what, query -> Answer.txt(query, "x", 300).edns(0, CacheLab.option(code, length)));
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
        LAB.answer(query -> answer.apply(query).bytes());
        for (int i = 1; i <= 2; i++) {
            Query query = txt().edns(1232, 0);
            assertArrayEquals(answer.apply(query.bytes(7)).bytes(), LAB.ask(query));
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
        LAB.answer(query -> answer.apply(query).bytes());
        Query query = txt().edns(1232, 0);
        byte[] first = LAB.ask(query);
        byte[] second = LAB.ask(query);

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
                txt().edns(1232, 0, CacheLab.option(12, 100)),
                Query.of(name, Query.A),
                Query.empty().question(name, Query.TXT, 3));
        different.forEach(LAB::ask);
        assertEquals(different.size(), asked());
        different.forEach(LAB::ask);
        LAB.ask(txt().edns(512, 0));
        LAB.ask(txt().edns(1232, 0, CacheLab.option(11, 0)));
        byte[] shouted = Query.of(name.toUpperCase(Locale.ROOT), Query.TXT).bytes(7);
        assertArrayEquals(
                Message.answerTo(shouted),
                Answer.withTtl(LAB.ask(Query.of(name.toUpperCase(Locale.ROOT), Query.TXT)), 300));
        assertEquals(different.size(), LAB.stub().seen().size());
    }

    /** Who takes more than the one who asked first may be due a longer answer. */
    @Test
    void clientGetsOnlyWhatFitsAndWhatItWouldHaveGotFromTheServer() {
        LAB.stub().plays((query, line) -> {
            int limit = query.tcp() ? 65_535 : (query.bytes()[query.bytes().length - 8] & 0xff) << 8;
            byte[] answer = Message.largeAnswerTo(query.bytes(), 900);
            line.send(answer.length <= limit ? answer : Message.truncatedAnswerTo(query.bytes()));
        });
        assertTrue(Message.isTruncated(LAB.ask(txt().edns(512, 0))));
        byte[] whole = LAB.ask(txt().edns(1024, 0));
        assertEquals(2, asked());
        assertTrue(Message.isTruncated(LAB.ask(txt().edns(768, 0))));
        assertEquals(3, asked());
        assertArrayEquals(whole, Answer.withTtl(LAB.ask(txt().edns(1024, 0)), 300));
        assertEquals(3, asked());
        assertArrayEquals(whole, LAB.ask(txt().edns(4096, 0)));
        assertEquals(4, asked());
        LAB.ask(txt().edns(1024, 0));
        LAB.ask(txt().edns(2048, 0));
        assertEquals(4, asked());
        LAB.askOverTcp(txt().edns(1024, 0));
        assertEquals(5, asked());
        LAB.askOverTcp(txt().edns(512, 0));
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
        LAB.stub()
                .plays((query, line) ->
                        line.send(answers.get(query.name()).apply(query.bytes()).bytes()));
        long start = System.nanoTime();
        answers.keySet().forEach(each -> LAB.ask(Query.of(each, Query.TXT)));
        long all = System.nanoTime();
        for (String each : answers.keySet()) {
            long before = System.nanoTime();
            int first = Answer.ttl(
                    answers.get(each).apply(Query.of(each, Query.TXT).bytes(7)).bytes());
            int ttl = Answer.ttl(LAB.ask(Query.of(each, Query.TXT)));
            long most = Duration.ofNanos(System.nanoTime() - start).toSeconds() + 1;
            assertTrue(ttl <= first && ttl >= first - most, each + " has a TTL of " + ttl + ", first " + first);
            boolean isFresh = before - start < Duration.ofSeconds(life - 1).toNanos();
            assertTrue(!isFresh || LAB.stub().seen(each).size() == 1, each + " is asked for again before it is old");
        }
        Waiting.until(
                Waiting.PATIENCE,
                "they are too old",
                () -> System.nanoTime() - all > Duration.ofSeconds(life).toNanos());
        answers.keySet().forEach(each -> {
            int before = LAB.stub().seen(each).size();
            int ttl = Answer.ttl(LAB.ask(Query.of(each, Query.TXT)));
            int again = LAB.stub().seen(each).size() - before;
            assertEquals(each.startsWith("g.") ? 0 : 1, again, each);
            assertTrue(!each.startsWith("g.") || ttl <= 300 - life, each + " still has a TTL of " + ttl);
        });
    }

    @Test
    @Duty(52)
    void failuresAreGivenForFiveSecondsButNeverInPlaceOfAnAnswerThatServes() {
        LAB.ask(txt().edns(512, 0));
        LAB.answer(query -> Answer.to(query).with(Message.SERVFAIL).bytes());
        assertEquals(Message.SERVFAIL, Message.rcode(LAB.ask(txt().edns(1232, 0))));
        int asked = asked();
        assertEquals(Message.NOERROR, Message.rcode(LAB.ask(txt().edns(512, 0))));
        assertEquals(asked, asked());

        long start = System.nanoTime();
        assertEquals(Message.SERVFAIL, Message.rcode(LAB.ask(txt())));
        long end = System.nanoTime();
        int once = asked();
        assertTrue(once <= asked + 3, once - asked + " queries for one question");
        assertEquals(Message.SERVFAIL, Message.rcode(LAB.ask(txt())));
        boolean isFresh = System.nanoTime() - start < Duration.ofSeconds(5).toNanos();
        assertTrue(!isFresh || asked() == once, "a failed server is asked again at once");
        Waiting.until(
                Waiting.PATIENCE,
                "the failure is old",
                () -> System.nanoTime() - end > Duration.ofSeconds(5).toNanos());
        LAB.stub().reset();
        assertEquals(Message.NOERROR, Message.rcode(LAB.ask(txt())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"never.example", "www.NEVER.example", "a.b.never.example"})
    void nameThatIsNeverKeptIsAskedForEachTime(String never) {
        LAB.ask(Query.of(never, Query.TXT));
        LAB.ask(Query.of(never, Query.TXT));
        assertEquals(2, LAB.stub().seen(never).size());
    }

    @Test
    void nameThatOnlyEndsLikeOneThatIsNeverKeptIsKept() {
        LAB.ask(Query.of("also-never.example", Query.TXT));
        LAB.ask(Query.of("also-never.example", Query.TXT));
        assertEquals(1, LAB.stub().seen("also-never.example").size());
    }
}

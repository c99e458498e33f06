package org.waymark.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.dns.DomainName;
import org.waymark.dns.QueryReader;
import org.waymark.dns.SipHash;
import org.waymark.dns.WireMessage;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class CacheAccessTest {
    private static final int UDP_LIMIT = 1232;
    private static final long VIEW = Views.view(1, 0x89);

    private final Counters counters = new Counters();
    private final AnswerCache cache = new AnswerCache(1 << 20, new SipHash(1, 2));
    private CacheAccess access = access(Duration.ZERO, Duration.ofDays(1), Duration.ZERO);
    private long seconds = 1_000;

    @AfterEach
    void freeTheMemory() {
        cache.close();
    }

    private CacheAccess access(Duration minTtl, Duration maxTtl, Duration stale, String... never) {
        List<DomainName> names = List.of(never).stream().map(DomainName::parse).toList();
        return new CacheAccess(cache, CacheRules.of(minTtl, maxTtl, stale, Set.copyOf(names)), counters);
    }

    private static Message query(String name, int type) {
        Message query = new Message(1);
        query.getHeader().setFlag(Flags.RD);
        query.addRecord(Record.newRecord(name(name), type, DClass.IN), Section.QUESTION);
        return query;
    }

    private static Name name(String text) {
        return Name.fromConstantString(text + ".");
    }

    private static Message answer(Message query, Record... answers) {
        Message answer = query.clone();
        answer.getHeader().setFlag(Flags.QR);
        for (Record record : answers) {
            answer.addRecord(record, Section.ANSWER);
        }
        return answer;
    }

    private static Record a(String name, long ttl) {
        try {
            return new ARecord(name(name), DClass.IN, ttl, InetAddress.getByName("192.0.2.1"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static SOARecord soa(long ttl, long minimum) {
        return new SOARecord(name("example"), DClass.IN, ttl, name("ns"), name("admin"), 1, 2, 3, 4, minimum);
    }

    /** The answer that is kept, as it would be given now, but for the id; null if there is none. */
    private byte[] find(long view, Message query, int limit) {
        WireMessage message = WireMessage.of(query.toWire());
        QueryReader reader = new QueryReader();
        reader.read(message);
        Key key = access.key(view, reader.variant(), message);
        WireMessage found = access.find(key, message, limit, TimeUnit.SECONDS.toNanos(seconds));
        return found == null ? null : found.bytes();
    }

    private byte[] find(Message query) {
        return find(VIEW, query, UDP_LIMIT);
    }

    private void keep(Message query, Message answer, int limit) {
        keep(query, answer.toWire(65_535), limit);
    }

    private void keep(Message query, byte[] answer) {
        keep(query, answer, UDP_LIMIT);
    }

    private void keep(Message query, byte[] answer, int limit) {
        WireMessage message = WireMessage.of(query.toWire());
        QueryReader reader = new QueryReader();
        reader.read(message);
        Key key = access.key(VIEW, reader.variant(), message);
        if (key.isUsable()) {
            access.keep(key, WireMessage.of(answer), limit, TimeUnit.SECONDS.toNanos(seconds));
        }
    }

    private void keep(Message query, Message answer) {
        keep(query, answer, UDP_LIMIT);
    }

    @Test
    void anAnswerComesBackByteForByte() {
        Message query = query("www.example", Type.A);
        Message answer = answer(query, a("www.example", 300), a("www.example", 200));
        keep(query, answer);

        assertArrayEquals(answer.toWire(), find(query));
        assertEquals(1, counters.get(Count.CACHE_STORED));
    }

    @Test
    void ttlsAreReducedByTheAgeAndTheLowestOneEndsIt() throws IOException {
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 300), a("www.example", 200)));
        seconds += 199;

        Message found = new Message(find(query));
        assertEquals(
                List.of(101L, 1L),
                found.getSection(Section.ANSWER).stream().map(Record::getTTL).toList());
        seconds++;
        assertNull(find(query));
    }

    @Test
    void theNameIsWrittenAsTheClientWritesIt() {
        Message asked = query("www.example", Type.A);
        keep(asked, answer(asked, a("www.example", 300)));
        Message other = query("wWw.eXAMPLE", Type.A);

        assertArrayEquals(answer(other, a("wWw.eXAMPLE", 300)).toWire(), find(other));
    }

    @Test
    void noOtherViewHasIt() {
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 300)));

        assertNull(find(Views.view(1, 0x8a), query, UDP_LIMIT));
        assertNull(find(Views.view(2, 0x89), query, UDP_LIMIT));
        assertNotNull(find(VIEW, query, UDP_LIMIT));
    }

    @Test
    void otherQuestionsAndVariantsDoNotHaveIt() {
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 300)));

        assertNull(find(query("www.example", Type.AAAA)));
        assertNull(find(query("ww.example", Type.A)));
        for (int flag : new int[] {Flags.AD, Flags.CD}) {
            Message other = query("www.example", Type.A);
            other.getHeader().setFlag(flag);
            assertNull(find(other));
        }
        Message withoutRecursion = query("www.example", Type.A);
        withoutRecursion.getHeader().unsetFlag(Flags.RD);
        assertNull(find(withoutRecursion));
        for (int flags : new int[] {0, 0x8000}) {
            Message edns = query("www.example", Type.A);
            edns.addRecord(new OPTRecord(1232, 0, 0, flags), Section.ADDITIONAL);
            assertNull(find(edns));
        }
    }

    /** Whether it gets the same from the server is known only if the server gave it to one who takes as much, and it fits. */
    @Test
    void onlyClientsThatWouldGetTheSameFromTheServerHaveIt() {
        Message query = query("www.example", Type.TXT);
        Message answer = answer(query);
        for (int i = 0; i < 40; i++) {
            answer.addRecord(a("www.example", 300), Section.ADDITIONAL);
        }
        answer.addRecord(soa(300, 300), Section.AUTHORITY);
        keep(query, answer);
        int length = answer.toWire().length;

        assertNull(find(VIEW, query, length - 1));
        assertNotNull(find(VIEW, query, length));
        assertNotNull(find(VIEW, query, UDP_LIMIT));
        assertNull(find(VIEW, query, UDP_LIMIT + 1));
    }

    @Test
    void theAnswerToOneWhoTakesLessDoesNotReplaceThatToOneWhoTakesMore() {
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 300), a("www.example", 300)), 4096);
        keep(query, answer(query, a("www.example", 300)), 512);

        assertNotNull(find(VIEW, query, 4096));
    }

    @Test
    void negativeAnswersAreKeptAsLongAsTheirSoaSays() {
        Message query = query("no.example", Type.A);
        Message answer = answer(query);
        answer.getHeader().setRcode(Rcode.NXDOMAIN);
        answer.addRecord(soa(900, 60), Section.AUTHORITY);
        keep(query, answer);
        seconds += 59;
        assertNotNull(find(query));
        seconds++;
        assertNull(find(query));
    }

    @Test
    void negativeAnswersAreKeptForAnHourAtMost() {
        Message query = query("no.example", Type.A);
        Message answer = answer(query);
        answer.addRecord(soa(86_400, 86_400), Section.AUTHORITY);
        keep(query, answer);
        seconds += 3_599;
        assertNotNull(find(query));
        seconds++;
        assertNull(find(query));
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.NOERROR, Rcode.NXDOMAIN})
    void negativeAnswersWithoutSoaAreNotKept(int rcode) {
        Message query = query("no.example", Type.A);
        Message answer = answer(query, new CNAMERecord(name("no.example"), DClass.IN, 300, name("other.example")));
        answer.getHeader().setRcode(rcode);
        keep(query, answer);

        assertNull(find(query));
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.FORMERR, Rcode.NOTIMP, Rcode.REFUSED})
    void otherErrorsAreNotKept(int rcode) {
        Message query = query("www.example", Type.A);
        Message answer = answer(query, a("www.example", 300));
        answer.getHeader().setRcode(rcode);
        keep(query, answer);

        assertNull(find(query));
    }

    @Test
    void failuresAreKeptForFiveSecondsButNeverOverAnAnswerThatServes() {
        Message query = query("www.example", Type.A);
        Message failure = answer(query);
        failure.getHeader().setRcode(Rcode.SERVFAIL);
        Message answer = answer(query, a("www.example", 300));
        keep(query, failure);
        seconds += 4;
        assertArrayEquals(failure.toWire(), find(query));
        keep(query, answer);
        keep(query, failure);
        assertArrayEquals(answer.toWire(), find(query));
        seconds += 300;
        keep(query, failure);
        assertArrayEquals(failure.toWire(), find(query));
        seconds += 5;
        assertNull(find(query));
    }

    @Test
    void whatHasATtlOfZeroIsNotKept() {
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 300), a("www.example", 0)));
        assertNull(find(query));
    }

    /** RFC 2181, section 8. */
    @Test
    void aTtlWithTheHighestBitIsZero() {
        Message query = query("www.example", Type.A);
        byte[] answer = answer(query, a("www.example", 300)).toWire();
        int ttl = answer.length - 4 - Short.BYTES - Integer.BYTES;
        assertEquals(300, ByteBuffer.wrap(answer).getInt(ttl));
        answer[ttl] = (byte) 0x80;
        keep(query, answer);
        assertNull(find(query));
    }

    @Test
    void truncatedAnswersAreNotKept() {
        Message query = query("www.example", Type.A);
        Message answer = answer(query, a("www.example", 300));
        answer.getHeader().setFlag(Flags.TC);
        keep(query, answer);

        assertNull(find(query));
    }

    @Test
    void neverMeansThatNameAndThoseBelow() {
        access = access(Duration.ZERO, Duration.ofDays(1), Duration.ZERO, "example.lan");
        for (String name : List.of("example.lan", "www.Example.lan")) {
            Message query = query(name, Type.A);
            keep(query, answer(query, a(name, 300)));
            assertNull(find(query));
        }
        Message query = query("other.lan", Type.A);
        keep(query, answer(query, a("other.lan", 300)));
        assertNotNull(find(query));
    }

    @Test
    void aLeastTtlKeepsItLongerAndShowsOneSecondThen() throws IOException {
        access = access(Duration.ofSeconds(60), Duration.ofDays(1), Duration.ZERO);
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 10)));
        seconds += 59;

        assertEquals(
                1, new Message(find(query)).getSection(Section.ANSWER).get(0).getTTL());
        seconds++;
        assertNull(find(query));
    }

    @Test
    void theMostTtlEndsItEarlier() {
        access = access(Duration.ZERO, Duration.ofSeconds(60), Duration.ZERO);
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 300)));
        seconds += 60;

        assertNull(find(query));
    }

    @Test
    void oneIsToldToAskAnewInTheLastTenthOfItsLife() {
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 100)));
        assertFalse(refreshes(query));
        seconds += 90;
        assertFalse(refreshes(query));
        seconds++;
        assertTrue(refreshes(query));
        assertFalse(refreshes(query));
        keep(query, answer(query, a("www.example", 100)));
        seconds += 91;
        assertTrue(refreshes(query));
    }

    @Test
    void whoTakesLessMayRefreshTheAnswerToOneWhoTakesMore() {
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 100)), 4096);
        seconds += 91;
        assertTrue(refreshes(query));
        keep(query, answer(query, a("www.example", 100)));
        seconds += 50;

        assertNotNull(find(query));
    }

    private boolean refreshes(Message query) {
        WireMessage message = WireMessage.of(query.toWire());
        QueryReader reader = new QueryReader();
        reader.read(message);
        Key key = access.key(VIEW, reader.variant(), message);
        assertNotNull(access.find(key, message, UDP_LIMIT, TimeUnit.SECONDS.toNanos(seconds)));
        return access.takeRefresh(key);
    }

    @Test
    void whatThereIsIsShown() {
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 300)));
        List<Kept> shown = new ArrayList<>();

        cache.forEach(shown::add);

        assertEquals(1, shown.size());
        assertEquals(1, shown.get(0).group());
        assertEquals(0x89, shown.get(0).mark());
        assertEquals(Type.A, shown.get(0).type());
        assertEquals(Duration.ofMinutes(5), shown.get(0).life());
    }

    /** Whoever looks takes their time. */
    @Test
    void answersAreKeptWhileSomebodyLooks() {
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 300)));
        Message other = query("other.example", Type.A);

        cache.forEach(kept -> assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> keep(other, answer(other, a("other.example", 300)))));

        assertNotNull(find(other));
    }

    @Test
    void whatIsRemovedIsNotFound() {
        Message query = query("www.example", Type.A);
        keep(query, answer(query, a("www.example", 300)));
        Message other = query("other.example", Type.A);
        keep(other, answer(other, a("other.example", 300)));

        assertEquals(2, cache.entries());
        assertEquals(1, cache.remove(kept -> kept.name()[0] == 3));
        assertNull(find(query));
        assertNotNull(find(other));
        assertEquals(1, cache.entries());
    }
}

package org.waymark.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What is kept, and for how long. */
class CacheLivesTest extends CacheAccessLab {
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
        Key key = access.key(new Key(), VIEW, reader.variant(), message);
        assertNotNull(access.find(key, message, UDP_LIMIT, TimeUnit.SECONDS.toNanos(seconds)));
        return access.takeRefresh(key);
    }
}

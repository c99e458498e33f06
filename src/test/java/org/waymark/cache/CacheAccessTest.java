package org.waymark.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.waymark.metrics.Count;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What is found, and by whom. */
class CacheAccessTest extends CacheAccessLab {
    @Test
    void anAnswerComesBackByteForByte() {
        Message query = query("www.example", Type.A);
        Message answer = answer(query, a("www.example", 300), a("www.example", 200));
        keep(query, answer);

        assertArrayEquals(answer.toWire(), find(query));
        assertEquals(1, counters.get(Count.CACHE_STORED));
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

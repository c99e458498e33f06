package org.waymark.sets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.waymark.sets.ServedSet.Need;

/** When an answer may leave at once, and when its addresses must go into the set first. */
class ServedSetTest {
    private static final SetName OPEN = SetName.parse("inet#garden#open");

    private final ServedSet set = new ServedSet(OPEN);
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(100); // the clock may overflow

    private static Addition answer(int ttl) throws Exception {
        return new Addition(List.of(OPEN), 137, List.of(InetAddress.getByName("192.0.2.7")), ttl);
    }

    private void put(int ttl) throws Exception {
        set.become(SetType.MARK_IPV4_ADDR);
        for (Key key : SetType.MARK_IPV4_ADDR.keys(answer(ttl))) {
            Element element = set.elements().computeIfAbsent(key, none -> new Element());
            element.acknowledged(Lifetime.end(ttl, now), set.generation());
        }
    }

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void nothingIsThereBeforeTheSetWasSeen() throws Exception {
        assertEquals(Need.ADDITION, set.need(answer(300), now));
    }

    @Test
    void addressLastsAsLongAsTheAnswerOfTheCache() throws Exception {
        put(300);
        for (int age = 0; age <= 300; age += 10) {
            assertEquals(Need.NOTHING, set.need(answer(300 - age), now), "after " + age + " s");
            pass(10);
        }
    }

    @Test
    void anAnswerThatIsAskedAnewNeedsMoreTime() throws Exception {
        put(300);
        pass(60);
        assertEquals(Need.ADDITION, set.need(answer(300), now));
    }

    @Test
    void answersOfShortLifeAreRenewedAtHalfAndOnlyOnce() throws Exception {
        put(0);
        pass(29);
        assertEquals(Need.NOTHING, set.need(answer(0), now));
        pass(2);
        assertEquals(Need.RENEWAL, set.need(answer(0), now));
        assertEquals(Need.NOTHING, set.need(answer(0), now));
        put(0);
        pass(31);
        assertEquals(Need.RENEWAL, set.need(answer(0), now));
    }

    @Test
    void afterAChangeByOthersNothingCountsUntilItIsPutInAgain() throws Exception {
        put(300);
        set.changed();
        assertEquals(Need.ADDITION, set.need(answer(10), now));
        put(300);
        assertEquals(Need.NOTHING, set.need(answer(10), now));
    }

    @Test
    void aSetOfAnotherTypeHasNoneOfTheKeys() throws Exception {
        put(300);
        assertFalse(set.become(SetType.MARK_IPV4_ADDR));
        assertTrue(set.become(SetType.IPV4_ADDR));
        assertEquals(Need.ADDITION, set.need(answer(10), now));
    }

    @Test
    void anAddressOfAnotherFamilyIsPassedOver() throws Exception {
        set.become(SetType.IPV6_ADDR);
        assertEquals(Need.NOTHING, set.need(answer(300), now));
    }
}

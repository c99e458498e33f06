package org.waymark.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.metrics.Snapshot;

class LastHourTest {
    private final Counters counters = new Counters();
    private final LastHour hour = new LastHour(now());

    private Snapshot now() {
        return Snapshot.of(List.of(counters));
    }

    @Test
    void eachStepHasWhatHappenedInIt() {
        counters.add(Count.UDP_IPV4_QUERIES);
        counters.add(Count.TCP_IPV6_QUERIES);
        counters.add(Count.REFUSED_POLICY);
        hour.step(now());
        counters.add(Count.SERVER_FAILURES);
        counters.add(Count.CACHE_HITS);
        counters.add(Count.CACHE_STALE);
        hour.step(now());

        assertEquals(List.of(2.0, 0.0), hour.values(LastHour.Step::queries));
        assertEquals(List.of(1.0, 0.0), hour.values(LastHour.Step::refused));
        assertEquals(List.of(0.0, 1.0), hour.values(LastHour.Step::failed));
        assertEquals(List.of(0.0, 2.0), hour.values(LastHour.Step::hits));
    }

    @Test
    void timesToAnswerAreThoseOfTheStep() {
        counters.responded(0, 60_000_000);
        hour.step(now());
        for (int i = 0; i < 99; i++) {
            counters.responded(0, 3_000_000);
        }
        counters.responded(0, 60_000_000);
        hour.step(now());
        hour.step(now());

        List<Double> median = hour.values(LastHour.Step::medianMillis);
        assertTrue(median.get(0) > 32 && median.get(0) <= 64, median::toString);
        assertTrue(median.get(1) > 2 && median.get(1) <= 4, median::toString);
        assertEquals(0, median.get(2));
        double slow = hour.values(LastHour.Step::slowMillis).get(1);
        assertTrue(slow > median.get(1) && slow <= 4, () -> "95 of 100: " + slow);
    }

    @Test
    void whatIsOlderThanAnHourIsForgotten() {
        for (int step = 0; step < 400; step++) {
            for (int i = 0; i < step; i++) {
                counters.add(Count.UDP_IPV4_QUERIES);
            }
            hour.step(now());
        }

        List<Double> queries = hour.values(LastHour.Step::queries);
        assertEquals(360, queries.size());
        assertEquals(40, queries.get(0));
        assertEquals(399, queries.get(359));
    }
}

package org.waymark.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

class QueryRateTest {
    private final Counters counters = new Counters();
    private long now = Long.MAX_VALUE - 5;
    private final QueryRate rate = new QueryRate(List.of(counters), () -> now);

    private void second(int queries) {
        for (int i = 0; i < queries; i++) {
            counters.add(Count.UDP_IPV4_QUERIES);
        }
        now += TimeUnit.SECONDS.toNanos(1);
        rate.sample();
    }

    @Test
    void atTheStartThereIsNone() {
        assertEquals(0, rate.now());
        assertEquals(0, rate.lastMinute());
    }

    @Test
    void nowIsTheLatestTwoSecondsAndTheMinuteForgetsWhatWasBefore() {
        for (int i = 0; i < 100; i++) {
            second(1_000);
        }
        for (int i = 0; i < 58; i++) {
            second(30);
        }
        second(100);
        second(300);

        assertEquals(200, rate.now());
        assertEquals((58 * 30 + 400) / 60.0, rate.lastMinute());
    }
}

package org.waymark.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private final Histogram histogram = new Histogram();

    @Test
    void aTimeIsInTheFirstBucketThatCoversIt() {
        for (int bucket = 0; bucket < Histogram.BOUNDS; bucket++) {
            Histogram its = new Histogram();
            its.add(Histogram.boundNanos(bucket));
            assertEquals(1, Durations.of(List.of(its)).in(bucket), "bucket " + bucket);

            its.add(Histogram.boundNanos(bucket) + 1);
            assertEquals(1, Durations.of(List.of(its)).in(bucket + 1), "after bucket " + bucket);
        }
    }

    @Test
    void whatTakesVeryLongIsInTheLastBucket() {
        histogram.add(TimeUnit.HOURS.toNanos(1));
        assertEquals(1, Durations.of(List.of(histogram)).in(Histogram.BOUNDS));
    }

    @Test
    void aClockThatGoesBackDoesNoHarm() {
        histogram.add(-1);
        assertEquals(1, Durations.of(List.of(histogram)).in(0));
        assertEquals(0, Durations.of(List.of(histogram)).nanos());
    }

    @Test
    void severalAddUp() {
        Histogram other = new Histogram();
        histogram.add(100);
        other.add(200);
        other.add(TimeUnit.SECONDS.toNanos(1));
        Durations sum = Durations.of(List.of(histogram, other));

        assertEquals(3, sum.count());
        assertEquals(2, sum.in(0));
        assertEquals(1_000_000_300, sum.nanos());
    }
}

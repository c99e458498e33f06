package org.waymark.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.waymark.metrics.MarkTotals.OfMark;

class MarkActivityTest {
    private final MarkActivity activity = new MarkActivity(1);

    private static OfMark mark(int mark, long queries) {
        return new OfMark(mark, queries, 0, 0, 0, 0);
    }

    @Test
    void whatWasAskedLatelyCountsForMore() {
        activity.minute(List.of(mark(1, 1000)));
        for (int minute = 0; minute < 120; minute++) {
            activity.minute(List.of(mark(1, 1000), mark(2, 3L * minute)));
        }

        assertTrue(activity.of(mark(2, 360)) > activity.of(mark(1, 1000)));
    }

    @Test
    void theMinuteThatHasBegunCountsAtOnce() {
        assertEquals(7, activity.of(mark(1, 7)));
        activity.minute(List.of(mark(1, 7)));
        assertEquals(10, activity.of(mark(1, 10)));
    }

    @Test
    void theBusiestHasItsMinutes() {
        activity.minute(List.of(mark(1, 5), mark(2, 4)));
        activity.minute(List.of(mark(1, 15), mark(2, 5)));

        int[] minutes = activity.minutes(mark(1, 18));

        assertEquals(List.of(5, 10, 3), IntStream.of(minutes).skip(58).boxed().toList());
        assertEquals(
                1, IntStream.of(activity.minutes(mark(2, 6))).sum(), "of the other, only the minute that has begun");
    }

    @Test
    void anHourIsKept() {
        for (int minute = 1; minute <= 100; minute++) {
            activity.minute(List.of(mark(1, 10L * minute)));
        }

        assertEquals(600, IntStream.of(activity.minutes(mark(1, 1000))).sum());
    }
}

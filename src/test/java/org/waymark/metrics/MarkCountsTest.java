package org.waymark.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MarkCountsTest {
    private final Counters one = new Counters();
    private final Counters other = new Counters();

    @Test
    void listsTheBusiestMarksFirst() {
        for (int mark : new int[] {137, 0, 137, 200, 200, -1}) {
            one.marks().add(mark);
        }
        other.marks().add(137);
        MarkTotals totals = MarkTotals.of(List.of(one, other));

        assertEquals(
                List.of(new MarkTotals.OfMark(137, 3, 0, 0, 0, 0), new MarkTotals.OfMark(200, 2, 0, 0, 0, 0)),
                totals.busiest(2));
        assertEquals(4, totals.busiest(10).size());
        assertEquals(7, totals.queries());
    }

    @Test
    void countsHowTheQueriesOfAMarkEnd() {
        one.marks().add(137);
        one.marks().add(137);
        one.marks().add(137, MarkCounts.Count.REFUSED);
        other.marks().add(137);
        other.marks().add(137, MarkCounts.Count.FAILED);

        assertEquals(
                List.of(new MarkTotals.OfMark(137, 3, 1, 1, 0, 0)),
                MarkTotals.of(List.of(one, other)).busiest(1));
    }

    @Test
    void countsWhatTheCacheSavesAMark() {
        one.marks().add(137);
        one.marks().hit(137, 150);
        other.marks().add(137);
        other.marks().hit(137, 50);
        other.marks().hit(200, 1);
        MarkTotals totals = MarkTotals.of(List.of(one, other));

        assertEquals(List.of(new MarkTotals.OfMark(137, 2, 0, 0, 2, 200)), totals.busiest(1));
        assertEquals(
                new MarkTotals.OfMark(0, 0, 0, 0, 1, 1), totals.others(), "of a mark whose queries were not counted");
    }

    @Test
    void countsMarksSeparatelyUpToABound() {
        Map<Integer, Long> expected = new HashMap<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200_000; i++) {
            int mark = random.nextInt(MarkCounts.MOST_MARKS) * 0x0004_0001;
            one.marks().add(mark);
            expected.merge(mark, 1L, Long::sum);
        }
        Map<Integer, Long> counted = new HashMap<>();
        one.marks().forEach(each -> counted.put(each.mark(), each.queries()));

        assertEquals(expected, counted);
        assertEquals(0, one.marks().others().queries());
    }

    @Test
    void countsFurtherMarksTogether() {
        int marks = MarkCounts.MOST_MARKS + 800;
        for (int mark = 0; mark < marks; mark++) {
            one.marks().add(mark);
        }
        one.marks().add(0);
        one.marks().add(marks - 1, MarkCounts.Count.REFUSED);
        MarkTotals totals = MarkTotals.of(List.of(one));

        assertEquals(new MarkTotals.OfMark(0, 800, 1, 0, 0, 0), totals.others());
        assertEquals(marks + 1, totals.queries(), "a mark that is counted separately stays so");
        assertEquals(new MarkTotals.OfMark(0, 2, 0, 0, 0, 0), totals.busiest(1).get(0));
    }
}

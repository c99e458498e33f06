package org.waymark.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private final Counters one = new Counters();
    private final Counters other = new Counters();

    @Test
    void addsUpAllWorkers() {
        one.add(Count.ANSWERS);
        other.add(Count.ANSWERS);
        other.add(Count.ANSWERS);
        Snapshot snapshot = Snapshot.of(List.of(one, other));
        one.add(Count.ANSWERS);

        assertEquals(3, snapshot.get(Count.ANSWERS), "what is counted later is not in it");
        assertEquals(0, snapshot.get(Count.TIMEOUTS));
    }

    @Test
    void listsTheBusiestMarksFirst() {
        for (int mark : new int[] {137, 0, 137, 200, 200, -1}) {
            one.marks().add(mark);
        }
        other.marks().add(137);
        Snapshot snapshot = Snapshot.of(List.of(one, other));

        assertEquals(List.of(new Snapshot.OfMark(137, 3), new Snapshot.OfMark(200, 2)), snapshot.busiestMarks(2));
        assertEquals(4, snapshot.busiestMarks(10).size());
        assertEquals(7, snapshot.queriesWithMarks());
    }

    @Test
    void countsMarksSeparatelyUpToABound() {
        Map<Integer, Long> expected = new HashMap<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            int mark = random.nextInt(MarkCounts.MOST_MARKS) * 0x0100_0000;
            one.marks().add(mark);
            expected.merge(mark, 1L, Long::sum);
        }
        Map<Integer, Long> counted = new HashMap<>();
        one.marks().forEach(counted::put);

        assertEquals(expected, counted);
        assertEquals(0, one.marks().others());
    }

    @Test
    void countsFurtherMarksTogether() {
        int marks = 1_000;
        for (int mark = 0; mark < marks; mark++) {
            one.marks().add(mark);
        }
        one.marks().add(0);

        assertEquals(marks - MarkCounts.MOST_MARKS, one.marks().others());
        assertEquals(
                marks + 1, Snapshot.of(List.of(one)).queriesWithMarks(), "a mark that is counted separately stays so");
        assertEquals(
                new Snapshot.OfMark(0, 2),
                Snapshot.of(List.of(one)).busiestMarks(1).get(0));
    }
}

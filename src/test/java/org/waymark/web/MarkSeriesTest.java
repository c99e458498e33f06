package org.waymark.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.waymark.mark.Mark;
import org.waymark.metrics.MarkCounts.Count;
import org.waymark.metrics.MarkTotals.OfMark;

/** Series of marks that come and go. */
class MarkSeriesTest {
    private static final OfMark NO_REST = OfMark.none(0);
    private static final ToDoubleFunction<OfMark> BY_QUERIES = OfMark::queries;

    private static OfMark mark(int mark, long queries) {
        return new OfMark(mark, queries, queries / 2, queries / 4, queries / 5, 100 * queries);
    }

    /** The series of the busiest marks by their number, and at the end that of the others as mark 0. */
    private static List<OfMark> tell(
            MarkSeries series, Collection<OfMark> marks, OfMark rest, ToDoubleFunction<OfMark> activity) {
        return series.tell(marks, rest, activity).stream()
                .map(each -> new OfMark(
                        each.labels().get("mark").equals("other")
                                ? 0
                                : Mark.parse(each.labels().get("mark")),
                        each.value(Count.QUERIES),
                        each.value(Count.REFUSED),
                        each.value(Count.FAILED),
                        each.value(Count.HITS),
                        each.value(Count.SAVED)))
                .toList();
    }

    @Test
    void allMarksThatFitHaveTheirQueries() {
        MarkSeries series = new MarkSeries(3);

        List<OfMark> told = tell(series, List.of(mark(1, 10), mark(2, 20)), NO_REST, BY_QUERIES);

        assertEquals(List.of(mark(1, 10), mark(2, 20)), told.subList(0, told.size() - 1));
        assertEquals(0, told.get(told.size() - 1).queries());
    }

    @Test
    void theRestIsTogether() {
        MarkSeries series = new MarkSeries(1);

        List<OfMark> told = tell(series, List.of(mark(1, 10), mark(2, 20), mark(3, 8)), mark(0, 4), BY_QUERIES);

        assertEquals(List.of(mark(2, 20)), told.subList(0, told.size() - 1));
        assertEquals(22, told.get(told.size() - 1).queries());
        assertEquals(11, told.get(told.size() - 1).refused());
        assertEquals(2_200, told.get(told.size() - 1).saved());
    }

    @Test
    void aMarkThatComesLeavesWhatItHadAmongTheOthers() {
        MarkSeries series = new MarkSeries(1);
        tell(series, List.of(mark(1, 10), mark(2, 20)), NO_REST, BY_QUERIES);

        List<OfMark> told = tell(series, List.of(mark(1, 100), mark(2, 24)), NO_REST, BY_QUERIES);
        assertEquals(List.of(OfMark.none(1)), told.subList(0, told.size() - 1));
        assertEquals(104, told.get(told.size() - 1).queries(), "10 as before, 90 of mark 1 until now, 4 of mark 2");

        told = tell(series, List.of(mark(1, 110), mark(2, 25)), NO_REST, BY_QUERIES);
        assertEquals(10, told.subList(0, told.size() - 1).get(0).queries());
        assertEquals(105, told.get(told.size() - 1).queries());
    }

    @Test
    void aMarkThatComesBackGoesOnWhereItWas() {
        MarkSeries series = new MarkSeries(1);
        tell(series, List.of(mark(1, 10), mark(2, 20)), NO_REST, BY_QUERIES);
        tell(series, List.of(mark(1, 100), mark(2, 24)), NO_REST, BY_QUERIES);

        List<OfMark> told = tell(series, List.of(mark(1, 101), mark(2, 200)), NO_REST, BY_QUERIES);

        assertEquals(2, told.subList(0, told.size() - 1).get(0).mark());
        assertEquals(20, told.subList(0, told.size() - 1).get(0).queries());
    }

    @Test
    void twoThatAreAboutAsBusyDoNotTakeTurns() {
        MarkSeries series = new MarkSeries(1);
        tell(series, List.of(mark(1, 100), mark(2, 99)), NO_REST, BY_QUERIES);

        List<OfMark> told = tell(series, List.of(mark(1, 101), mark(2, 110)), NO_REST, BY_QUERIES);

        assertEquals(1, told.subList(0, told.size() - 1).get(0).mark());
    }

    /** As Prometheus sees it: what all series grow by from one scrape to the next is what was counted meanwhile. */
    @Test
    void noSeriesEverGoesDownAndTogetherTheyGrowByAllQueries() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        MarkSeries series = new MarkSeries(5);
        Map<Integer, long[]> counted = new HashMap<>();
        long[] rest = new long[Count.values().length];
        Map<String, Long> latest = new HashMap<>();
        Map<Integer, Double> activity = new HashMap<>();
        for (int scrape = 0; scrape < 500; scrape++) {
            long before = latest.isEmpty() ? 0 : sum(counted, rest);
            for (int i = random.nextInt(200); i >= 0; i--) {
                int mark = random.nextInt(20 + scrape / 50);
                count(mark < 18 ? counted.computeIfAbsent(mark, it -> new long[Count.values().length]) : rest, random);
            }
            counted.keySet().forEach(mark -> activity.put(mark, random.nextDouble()));
            List<OfMark> told = tell(
                    series,
                    counted.entrySet().stream()
                            .map(each -> of(each.getKey(), each.getValue()))
                            .toList(),
                    of(0, rest),
                    each -> activity.get(each.mark()));
            long grown = growth(told, latest, "seed " + seed);
            if (scrape > 0) {
                assertEquals(sum(counted, rest) - before, grown, "seed " + seed + ", scrape " + scrape);
            }
        }
        assertTrue(latest.size() > 15, "marks came and went");
    }

    private static void count(long[] counts, Random random) {
        counts[0]++;
        counts[1] += random.nextInt(2);
        counts[2] += random.nextInt(2);
        counts[3] += random.nextInt(2);
        counts[4] += random.nextInt(500);
    }

    private static OfMark of(int mark, long[] counts) {
        return new OfMark(mark, counts[0], counts[1], counts[2], counts[3], counts[4]);
    }

    private static long sum(Map<Integer, long[]> counted, long[] rest) {
        return rest[0] + counted.values().stream().mapToLong(each -> each[0]).sum();
    }

    /** By how many queries the series have grown; one that is new has no growth yet, as Prometheus' increase() has it. */
    private static long growth(List<OfMark> told, Map<String, Long> latest, String about) {
        List<OfMark> all = new ArrayList<>(told.subList(0, told.size() - 1));
        long grown = grow("other", told.get(told.size() - 1), latest, about);
        for (OfMark each : all) {
            grown += grow("mark " + each.mark(), each, latest, about);
        }
        return grown;
    }

    private static long grow(String name, OfMark now, Map<String, Long> latest, String about) {
        long grown = 0;
        long[] values = {now.queries(), now.refused(), now.failed(), now.hits(), now.saved()};
        for (int i = 0; i < values.length; i++) {
            Long before = latest.put(name + " " + i, values[i]);
            long by = before == null ? 0 : values[i] - before;
            assertTrue(by >= 0, about + ": " + name + " went from " + before + " to " + values[i]);
            grown += i == 0 ? by : 0;
        }
        return grown;
    }
}

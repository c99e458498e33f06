package org.waymark.web;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.waymark.mark.Mark;
import org.waymark.metrics.MarkCounts.Count;
import org.waymark.metrics.MarkTotals.OfMark;

/**
 * The queries of each of the busiest marks, and of all other marks together, as series that never go down while marks come and go.
 *
 * <p>A query counts in the series that its mark has when it is told: in its own, or in that of all others, and it stays there. A mark that
 * comes begins with what its own series had when it left, which is 0 the first time; what it had meanwhile stays among the others. A mark
 * that leaves goes on among the others. So what the series grow by is together what all queries grow by. Marks that come before any other
 * was left out have all their queries in their own series.
 */
final class MarkSeries {
    private static final String OTHER = "other";
    private static final Count[] COUNTS = Count.values();

    /** A mark that has a series gives way only to one that has so much more to do, lest two take turns. */
    private static final double STAY = 1.25;

    private final int most;
    private Set<Integer> shown = Set.of();

    /** The series of all marks that have had one. */
    private final Map<Integer, Series> series = new HashMap<>();

    private final Series others = new Series(OTHER);
    private boolean someWereLeftOut;

    /** What a series tells. It changes with each {@link #tell}, so that thousands of marks leave no garbage. */
    static final class Series {
        /** Made once, because they are many. */
        private final Labels labels;

        private final long[] values = new long[COUNTS.length];

        /** What its mark had while it had no series. */
        private final long[] elsewhere = new long[COUNTS.length];

        private Series(String mark) {
            this.labels = Labels.of("mark", mark);
        }

        /** What the mark has had until now, except for what this series tells, counts elsewhere. */
        private void begin(OfMark now) {
            Arrays.setAll(elsewhere, i -> now.get(COUNTS[i]) - values[i]);
        }

        private void goOn(OfMark now) {
            Arrays.setAll(values, i -> now.get(COUNTS[i]) - elsewhere[i]);
        }

        private void set(OfMark now) {
            Arrays.setAll(values, i -> now.get(COUNTS[i]));
        }

        private void add(OfMark more) {
            Arrays.setAll(values, i -> values[i] + more.get(COUNTS[i]));
        }

        private void subtract(Series other) {
            Arrays.setAll(values, i -> values[i] - other.values[i]);
        }

        /** The mark, or {@code other}. */
        Labels labels() {
            return labels;
        }

        long value(Count count) {
            return values[count.ordinal()];
        }
    }

    /**
     * @param most how many marks have a series of their own at a time
     */
    MarkSeries(int most) {
        this.most = most;
    }

    /**
     * @param marks what is counted now, since the start
     * @param rest the same for marks that are not counted separately
     * @param activity how busy a mark is
     * @return the series of the busiest marks, and at the end that of all others
     */
    List<Series> tell(Collection<OfMark> marks, OfMark rest, ToDoubleFunction<OfMark> activity) {
        List<Series> told = new ArrayList<>();
        Set<Integer> nowShown = new HashSet<>();
        for (OfMark each : busiest(marks, activity)) {
            nowShown.add(each.mark());
            told.add(goOn(each));
        }
        shown = nowShown;
        others.set(rest);
        marks.forEach(others::add);
        series.values().forEach(others::subtract);
        someWereLeftOut |= others.value(Count.QUERIES) > 0;
        told.add(others);
        return told;
    }

    private Series goOn(OfMark now) {
        Series its = series.get(now.mark());
        if (its == null) {
            its = new Series(Mark.format(now.mark()));
            series.put(now.mark(), its);
            if (someWereLeftOut) {
                its.begin(now);
            }
        } else if (!shown.contains(now.mark())) {
            its.begin(now);
        }
        its.goOn(now);
        return its;
    }

    private record Ranked(OfMark mark, double rank) {}

    private Collection<OfMark> busiest(Collection<OfMark> marks, ToDoubleFunction<OfMark> activity) {
        if (marks.size() <= most) {
            return marks;
        }
        return marks.stream()
                .map(each -> new Ranked(each, activity.applyAsDouble(each) * (shown.contains(each.mark()) ? STAY : 1)))
                .sorted(Comparator.comparingDouble(Ranked::rank)
                        .reversed()
                        .thenComparing(each -> each.mark().mark(), Integer::compareUnsigned))
                .limit(most)
                .map(Ranked::mark)
                .toList();
    }
}

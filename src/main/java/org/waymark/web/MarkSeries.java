package org.waymark.web;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
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
    /** A mark that has a series gives way only to one that has so much more to do, lest two take turns. */
    private static final double STAY = 1.25;

    private final int most;
    private Set<Integer> shown = Set.of();

    /** The series of all marks that have had one. */
    private final Map<Integer, Series> series = new HashMap<>();

    private boolean someWereLeftOut;

    /** What is counted of a mark's queries. */
    private static final class Series {
        /** What counts in the series of the others. */
        OfMark elsewhere;

        OfMark own;

        Series(OfMark elsewhere, OfMark own) {
            this.elsewhere = elsewhere;
            this.own = own;
        }
    }

    /**
     * The series at one moment.
     *
     * @param busiest of the busiest marks
     * @param others of all other marks; its mark means nothing
     */
    record Told(List<OfMark> busiest, OfMark others) {}

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
     */
    Told tell(Collection<OfMark> marks, OfMark rest, ToDoubleFunction<OfMark> activity) {
        List<OfMark> busiest = busiest(marks, activity);
        for (OfMark each : busiest) {
            Series its = series.get(each.mark());
            if (its == null) {
                OfMark none = new OfMark(each.mark(), 0, 0, 0);
                its = someWereLeftOut ? new Series(each, none) : new Series(none, each);
                series.put(each.mark(), its);
            } else if (!shown.contains(each.mark())) {
                its.elsewhere = minus(each, its.own);
            }
            its.own = minus(each, its.elsewhere);
        }
        shown = busiest.stream().map(OfMark::mark).collect(Collectors.toUnmodifiableSet());
        OfMark others = rest;
        for (OfMark each : marks) {
            others = plus(others, each);
        }
        for (Series each : series.values()) {
            others = minus(others, each.own);
        }
        someWereLeftOut |= others.queries() > 0;
        return new Told(
                busiest.stream().map(each -> series.get(each.mark()).own).toList(), others);
    }

    private List<OfMark> busiest(Collection<OfMark> marks, ToDoubleFunction<OfMark> activity) {
        Map<OfMark, Double> ranks = new HashMap<>();
        marks.forEach(each -> ranks.put(each, activity.applyAsDouble(each) * (shown.contains(each.mark()) ? STAY : 1)));
        Comparator<OfMark> busiestFirst = Comparator.comparingDouble((OfMark each) -> ranks.get(each))
                .reversed()
                .thenComparing(OfMark::mark, Integer::compareUnsigned);
        List<OfMark> sorted = new ArrayList<>(marks);
        sorted.sort(busiestFirst);
        return List.copyOf(sorted.subList(0, Math.min(most, sorted.size())));
    }

    private static OfMark plus(OfMark one, OfMark other) {
        return new OfMark(
                one.mark(),
                one.queries() + other.queries(),
                one.refused() + other.refused(),
                one.failed() + other.failed());
    }

    private static OfMark minus(OfMark one, OfMark other) {
        return new OfMark(
                one.mark(),
                one.queries() - other.queries(),
                one.refused() - other.refused(),
                one.failed() - other.failed());
    }
}

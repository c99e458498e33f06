package org.waymark.web;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.waymark.metrics.MarkTotals.OfMark;

/** How busy marks have been lately, and what the busiest asked in each of the last sixty minutes. */
final class MarkActivity {
    static final int MINUTES = 60;

    /** What is left of a minute's weight after another minute: a half after 34. */
    private static final double FADING = 0.98;

    private final int mostWithMinutes;
    private final Map<Integer, Activity> activities = new HashMap<>();

    private static final class Activity {
        private OfMark atLatestMinute = OfMark.none(0);
        private double lately;

        /** The queries of each minute, the latest last; null for a mark that is not one of the busiest. */
        private int[] minutes;
    }

    /**
     * @param mostWithMinutes for how many of the busiest marks each minute is kept
     */
    MarkActivity(int mostWithMinutes) {
        this.mostWithMinutes = mostWithMinutes;
    }

    /**
     * A minute is over.
     *
     * @param marks what is counted now, since the start
     */
    void minute(Collection<OfMark> marks) {
        for (OfMark each : marks) {
            Activity its = activities.computeIfAbsent(each.mark(), mark -> new Activity());
            long queries = each.queries() - its.atLatestMinute.queries();
            its.atLatestMinute = each;
            its.lately = its.lately * FADING + queries;
            if (its.minutes != null) {
                push(its.minutes, queries);
            }
        }
        keepMinutesOfTheBusiest();
    }

    private static void push(int[] minutes, long queries) {
        System.arraycopy(minutes, 1, minutes, 0, MINUTES - 1);
        minutes[MINUTES - 1] = (int) Math.min(queries, Integer.MAX_VALUE);
    }

    private void keepMinutesOfTheBusiest() {
        Comparator<Activity> busiestFirst =
                Comparator.comparingDouble((Activity each) -> each.lately).reversed();
        activities.values().stream().sorted(busiestFirst).skip(mostWithMinutes).forEach(each -> each.minutes = null);
        activities.values().stream().sorted(busiestFirst).limit(mostWithMinutes).forEach(each -> {
            if (each.minutes == null) {
                each.minutes = new int[MINUTES];
                push(each.minutes, Math.round(each.lately));
            }
        });
    }

    /**
     * @param now what is counted of a mark now, since the start
     * @return about how many queries it had lately, for comparison with other marks
     */
    double of(OfMark now) {
        Activity its = activities.get(now.mark());
        return its == null ? now.queries() : its.lately + now.queries() - its.atLatestMinute.queries();
    }

    /**
     * @param now what is counted of a mark now, since the start
     * @return its queries in each of the last sixty minutes, and behind them in this one
     */
    int[] minutes(OfMark now) {
        Activity its = activities.get(now.mark());
        int[] minutes = its == null || its.minutes == null ? new int[MINUTES] : its.minutes;
        long current = now.queries() - (its == null ? 0 : its.atLatestMinute.queries());
        return IntStream.concat(IntStream.of(minutes), IntStream.of((int) current))
                .toArray();
    }
}

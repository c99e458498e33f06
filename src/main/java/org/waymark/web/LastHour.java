package org.waymark.web;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.waymark.metrics.Count;
import org.waymark.metrics.Durations;
import org.waymark.metrics.Histogram;
import org.waymark.metrics.Snapshot;

/** What happened in each step of the last hour. It has a limit of its own: an hour's steps. */
final class LastHour {
    static final int STEP_SECONDS = 10;
    private static final int STEPS = 3600 / STEP_SECONDS;
    private static final String QUERIES = "waymark_queries_total{";
    private static final String REFUSED = "waymark_queries_refused_total{";

    private final List<Step> steps = new ArrayList<>(STEPS);
    private Totals before;
    private Durations durationsBefore;

    /**
     * What happened within a step.
     *
     * @param queries queries that came in
     * @param refused queries that were refused
     * @param failed queries that every server failed
     * @param hits queries that were answered from the cache
     * @param medianMillis how long half of the answers took at most; 0 if there were none
     * @param slowMillis the same for 95 of 100
     */
    record Step(long queries, long refused, long failed, long hits, float medianMillis, float slowMillis) {}

    /**
     * What has happened since the start.
     *
     * @param queries queries that came in
     * @param refused queries that were refused
     * @param failed queries that every server failed
     * @param hits queries that were answered from the cache
     */
    record Totals(long queries, long refused, long failed, long hits) {
        static Totals of(Snapshot now) {
            return new Totals(
                    sum(now, QUERIES),
                    sum(now, REFUSED),
                    now.get(Count.SERVER_FAILURES),
                    now.get(Count.CACHE_HITS) + now.get(Count.CACHE_STALE));
        }

        private static long sum(Snapshot now, String metric) {
            long sum = 0;
            for (Count each : Count.values()) {
                sum += each.metric().startsWith(metric) ? now.get(each) : 0;
            }
            return sum;
        }
    }

    /**
     * @param start what was counted when the hour began
     */
    LastHour(Snapshot start) {
        before = Totals.of(start);
        durationsBefore = start.requestDurations();
    }

    /**
     * A step is over.
     *
     * @param now what is counted at its end
     */
    void step(Snapshot now) {
        Totals totals = Totals.of(now);
        if (steps.size() == STEPS) {
            steps.remove(0);
        }
        steps.add(new Step(
                totals.queries - before.queries,
                totals.refused - before.refused,
                totals.failed - before.failed,
                totals.hits - before.hits,
                millis(now.requestDurations(), 0.5),
                millis(now.requestDurations(), 0.95)));
        before = totals;
        durationsBefore = now.requestDurations();
    }

    /** How long a share of the answers of this step took at most, within a bucket as if they were spread evenly. */
    private float millis(Durations now, double share) {
        double left = share * (now.count() - durationsBefore.count());
        for (int bucket = 0; bucket <= Histogram.BOUNDS; bucket++) {
            long here = now.in(bucket) - durationsBefore.in(bucket);
            if (here > 0 && left <= here) {
                double from = bucket == 0 ? 0 : Histogram.boundNanos(bucket - 1);
                double to = Histogram.boundNanos(Math.min(bucket, Histogram.BOUNDS - 1));
                return (float) ((from + (to - from) * left / here) / 1e6);
            }
            left -= here;
        }
        return 0;
    }

    /**
     * @return the values of all steps, the oldest first
     */
    List<Double> values(ToDoubleFunction<Step> value) {
        return steps.stream().map(value::applyAsDouble).toList();
    }
}

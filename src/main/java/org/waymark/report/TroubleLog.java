package org.waymark.report;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.mark.Mark;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.metrics.MarkTotals;
import org.waymark.metrics.Snapshot;

/**
 * Logs what has gone wrong since the last report: one line for each kind of trouble, however often it happened. So the log mentions every
 * kind of trouble, but an attacker can't fill it.
 */
public final class TroubleLog {
    /** Time from one report to the next. */
    public static final long INTERVAL_SECONDS = 10;

    private static final int MARKS_IN_SUMMARY = 10;
    private static final long HOLDS_SECONDS = 60;
    private static final Logger LOG = LoggerFactory.getLogger(TroubleLog.class);

    /** The counters that an operator should know of at once; the others appear only in the summary at the end. */
    private static final Set<Count> TROUBLES = EnumSet.of(
            Count.MARK_UNAVAILABLE,
            Count.LOOPS,
            Count.REFUSED_NETWORK,
            Count.REFUSED_MARK,
            Count.REFUSED_POLICY,
            Count.SERVER_FAILURES,
            Count.UNSENT_ANSWERS,
            Count.INTERNAL_ERRORS,
            Count.SUSPECTED_FORGERIES,
            Count.DNSTAP_LOST);

    static {
        TROUBLES.addAll(Count.LIMITS);
    }

    private final List<Counters> workers;
    private final Supplier<String> markErrors;
    private final Supplier<String> cureForLoops;
    private final StandingWarnings standing = new StandingWarnings();
    private Snapshot latest;

    /**
     * @param workers the counters of each worker
     * @param markErrors tells why marks could not be read
     * @param cureForLoops tells what to correct if Waymark's own queries come back
     */
    public TroubleLog(List<Counters> workers, Supplier<String> markErrors, Supplier<String> cureForLoops) {
        this.workers = List.copyOf(workers);
        this.markErrors = markErrors;
        this.cureForLoops = cureForLoops;
        this.latest = Snapshot.of(workers);
    }

    /** Logs what is new. */
    public void report() {
        Snapshot now = Snapshot.of(workers);
        for (Count count : TROUBLES) {
            long news = now.get(count) - latest.get(count);
            if (news > 0) {
                String line = count.describe(news) + " in the last " + INTERVAL_SECONDS + " s" + why(count, news);
                LOG.warn(line);
                standing.tell(count, line, HOLDS_SECONDS);
            }
        }
        latest = now;
    }

    private String why(Count count, long news) {
        String example = example(count);
        if (example != null) {
            return (news == 1 ? ", from " : ", one from ") + example;
        }
        return switch (count) {
            case MARK_UNAVAILABLE -> ": " + markErrors.get();
            case LOOPS -> ": came back, because " + cureForLoops.get();
            default -> count.cause().isEmpty() ? "" : ": " + count.cause();
        };
    }

    private String example(Count count) {
        return workers.stream()
                .map(worker -> worker.takeExample(count))
                .filter(Objects::nonNull)
                .reduce((one, other) -> one)
                .orElse(null);
    }

    /**
     * @return what was told in the last minute
     */
    public List<String> warnings() {
        return standing.now();
    }

    /**
     * @return in one line, what has happened since the start
     */
    public String summary() {
        Snapshot now = Snapshot.of(workers);
        List<String> parts = new ArrayList<>();
        for (Count count : Count.values()) {
            if (now.get(count) > 0) {
                parts.add(count.describe(now.get(count)) + (count.cause().isEmpty() ? "" : ": " + count.cause()));
            }
        }
        return parts.isEmpty() ? "no queries" : String.join("; ", parts);
    }

    /**
     * @return in one line, the connection marks with the most queries since the start; empty if no mark was known
     */
    public String busiestMarks() {
        MarkTotals now = MarkTotals.of(workers);
        List<MarkTotals.OfMark> busiest = now.busiest(MARKS_IN_SUMMARY);
        long others = now.queries()
                - busiest.stream().mapToLong(MarkTotals.OfMark::queries).sum();
        String list = busiest.stream()
                .map(each -> Mark.describe(each.mark()) + ": " + each.queries())
                .collect(Collectors.joining(", "));
        return others == 0 ? list : list + ", other marks: " + others;
    }
}

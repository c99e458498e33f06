package org.waymark.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.waymark.metrics.Counters;
import org.waymark.watch.Look;
import org.waymark.watch.Looks;

/**
 * Tells in the log that the host's rules lose marks, with an example, the cause that fits and the cure: once for each kind of loss and IP
 * version, and again when all was well for ten minutes in between.
 *
 * <p>Another mark is certain when it is seen twice, so that a ruleset that is just being loaded is not told. A missing entry is certain when
 * it is seen several times among a few looks, because conntrack may be flushed at the very moment.
 */
public final class LostMarks {
    /** The time from one report to the next. */
    public static final long INTERVAL_SECONDS = 1;

    /** So many connections without an entry must be seen before everything that conntrack knows is searched for the next one. */
    private static final int LEAST_FOR_ZONE = 2;

    /** So long a client that conntrack does not know counts for the queries of late. */
    private static final long QUERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(LostMarks.class);

    private final List<Looks> workers;
    private final Tracking tracking;
    private final Supplier<MarkSetup> setup;
    private final LossCauses causes;
    private final QueryMarks queries;
    private final Map<Kind, Doubt> doubts = new HashMap<>();
    private final Map<Doubt, String> warnings = new LinkedHashMap<>();
    private volatile List<String> standing = List.of();

    /** The latest query of a client that conntrack does not know; null if there was none lately. */
    private Look unknownQuery;

    private long unknownSince;

    /** IPv4 and IPv6 have rules of their own. */
    private record Kind(Look.Subject subject, Look.Result result, boolean isIpv4) {
        Doubt doubt() {
            if (subject == Look.Subject.UNMARKED || subject == Look.Subject.ONE_WAY) {
                return new Doubt(1, 1);
            }
            return result == Look.Result.NO_ENTRY ? new Doubt(4, 12) : new Doubt(2, 64);
        }
    }

    /**
     * @param workers what each worker has seen
     * @param counters the counters of each worker
     * @param setup tells how marks are carried now
     */
    public LostMarks(List<Looks> workers, List<Counters> counters, Supplier<MarkSetup> setup) {
        this(workers, counters, setup, Tracking.KERNEL);
    }

    LostMarks(List<Looks> workers, List<Counters> counters, Supplier<MarkSetup> setup, Tracking tracking) {
        this.workers = List.copyOf(workers);
        this.tracking = tracking;
        this.setup = setup;
        this.causes = new LossCauses(setup);
        this.queries = new QueryMarks(List.copyOf(counters));
    }

    /** What the log tells; what may be as it should is no warning. */
    record Line(Level level, String text) {
        static Line warning(String text) {
            return new Line(Level.WARN, text);
        }

        static Line hint(String text) {
            return new Line(Level.INFO, text);
        }
    }

    /** Logs what is new. */
    public void report() {
        news(System.nanoTime()).forEach(line -> LOG.atLevel(line.level()).log(line.text()));
    }

    /**
     * @return the warnings that were told and are likely to hold still; on any thread
     */
    public List<String> warnings() {
        return standing;
    }

    /** The lines that are due at this time. */
    List<Line> news(long nowNanos) {
        List<Line> news = new ArrayList<>();
        for (Looks worker : workers) {
            for (Look.Subject subject : Look.Subject.values()) {
                Look look = worker.take(subject);
                if (look != null) {
                    judge(look, nowNanos).ifPresent(news::add);
                }
            }
        }
        queries.withoutMarks().map(causes::ofNoMarks).map(Line::hint).ifPresent(news::add);
        if (unknownQuery != null && nowNanos - unknownSince > QUERY_NANOS) {
            unknownQuery = null;
        }
        queries.withoutEntries(unknownQuery != null, nowNanos)
                .map(this::unknown)
                .map(Line::warning)
                .ifPresent(news::add);
        warnings.keySet().removeIf(doubt -> !doubt.holds(nowNanos));
        standing = List.copyOf(warnings.values());
        return news;
    }

    private Optional<Line> judge(Look look, long nowNanos) {
        return switch (look.subject()) {
            case QUERY -> {
                unknownQuery = look;
                unknownSince = nowNanos;
                yield Optional.empty();
            }
            case UNMARKED ->
                isNews(look, nowNanos) ? Optional.of(Line.hint(causes.ofMarksThatAreGone(look))) : Optional.empty();
            case ONE_WAY ->
                isNews(look, nowNanos)
                        ? Optional.of(Line.warning(
                                warn(doubt(look, look.result()), causes.ofOneWay(look, tracking.zoneOf(look)))))
                        : Optional.empty();
            case SERVER, ANSWER, PACKET -> compared(look, nowNanos).map(Line::warning);
        };
    }

    /** A worker is certain about it, and silent while all is well. */
    private boolean isNews(Look look, long nowNanos) {
        Doubt doubt = doubt(look, look.result());
        doubt.kept();
        doubt.lost(nowNanos);
        boolean isNews = doubt.isNews();
        doubt.told();
        return isNews;
    }

    private Optional<String> compared(Look look, long nowNanos) {
        Doubt otherMark = doubt(look, Look.Result.OTHER_MARK);
        Doubt noEntry = doubt(look, Look.Result.NO_ENTRY);
        return switch (look.result()) {
            case KEPT -> {
                otherMark.kept();
                noEntry.kept();
                yield Optional.empty();
            }
            case OTHER_MARK -> {
                noEntry.kept();
                otherMark.lost(nowNanos);
                yield otherMark(look, otherMark);
            }
            case NO_ENTRY -> {
                noEntry.lost(nowNanos);
                yield noEntry(look, noEntry);
            }
        };
    }

    private Doubt doubt(Look look, Look.Result result) {
        return doubts.computeIfAbsent(
                new Kind(look.subject(), result, look.peer().isIpv4()), Kind::doubt);
    }

    private Optional<String> otherMark(Look look, Doubt doubt) {
        if (!doubt.isNews()) {
            return Optional.empty();
        }
        return Optional.of(warn(doubt, causes.ofOtherMark(look)));
    }

    /** If it turns out in which zone the entry is, nothing more is needed to be certain. */
    private Optional<String> noEntry(Look look, Doubt doubt) {
        if (doubt.isTold() || doubt.count() < LEAST_FOR_ZONE) {
            return Optional.empty();
        }
        // NOWHERE and NOTHING are less than 0.
        int zone = tracking.zoneOf(look);
        if (setup.get().upstreamZones().contains(zone)) {
            // It came late, for example because a program had the packet in a queue of netfilter.
            doubt.clear();
            return Optional.empty();
        }
        if (zone < 0 && !doubt.isNews()) {
            return Optional.empty();
        }
        return Optional.of(warn(doubt, causes.ofNoEntry(look, zone)));
    }

    private String warn(Doubt doubt, String text) {
        doubt.told();
        warnings.put(doubt, text);
        return text;
    }

    private String unknown(QueryMarks.Total lately) {
        return warn(queries.noEntry(), causes.ofUnknownQueries(lately, unknownQuery, tracking.zoneOf(unknownQuery)));
    }
}

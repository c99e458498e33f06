package org.waymark.web;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.waymark.mark.Mark;
import org.waymark.metrics.Count;
import org.waymark.metrics.MarkTotals;
import org.waymark.metrics.MarkTotals.OfMark;
import org.waymark.metrics.Snapshot;

/** What the page shows, as JSON. */
final class PageFigures {
    private static final String JSON_TYPE = "application/json";
    private static final double MICROS = 1e6;

    private final Sight sight;
    private final LastHour hour;
    private final MarkActivity activity;
    private final String version;
    private final int mostMarks;

    /**
     * @param version Waymark's
     * @param mostMarks how many marks are listed
     */
    PageFigures(Sight sight, History history, String version, int mostMarks) {
        this.sight = sight;
        this.hour = history.hour();
        this.activity = history.activity();
        this.version = version;
        this.mostMarks = mostMarks;
    }

    /** Everything at a glance. */
    HttpAnswer now() {
        MarkTotals marks = sight.marks();
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("version", version);
        page.put("upSeconds", Duration.between(sight.since(), Instant.now()).toSeconds());
        page.put("fault", sight.fault().orElse(""));
        page.put("hindrance", sight.hindrance().orElse(""));
        page.put("warnings", sight.warnings().stream().map(PageFigures::warning).toList());
        page.put("totals", totals(sight.counts()));
        page.put("hour", hour());
        page.put("cache", cache(sight.cache(), sight.counts()));
        page.put("marksSeen", marks.all().size());
        page.put("marks", marks(marks));
        page.put("accounts", sight.accounts().stream().map(PageFigures::account).toList());
        page.put("servers", sight.servers().stream().map(PageFigures::server).toList());
        page.put("limits", sight.resources());
        return json(page);
    }

    private static Map<String, Object> totals(Snapshot counts) {
        LastHour.Totals totals = LastHour.Totals.of(counts);
        return Map.of("queries", totals.queries(), "refused", totals.refused(), "failed", totals.failed());
    }

    private Map<String, Object> hour() {
        return Map.of(
                "stepSeconds", LastHour.STEP_SECONDS,
                "queries", hour.values(LastHour.Step::queries),
                "refused", hour.values(LastHour.Step::refused),
                "failed", hour.values(LastHour.Step::failed),
                "hits", hour.values(LastHour.Step::hits),
                "medianMillis", hour.values(LastHour.Step::medianMillis),
                "slowMillis", hour.values(LastHour.Step::slowMillis));
    }

    private static Map<String, Object> cache(Sight.CacheUse use, Snapshot counts) {
        return Map.of(
                "entries", use.entries(),
                "used", use.used(),
                "size", use.size(),
                "hits", counts.get(Count.CACHE_HITS),
                "stale", counts.get(Count.CACHE_STALE),
                "misses", counts.get(Count.CACHE_MISSES),
                "evicted", counts.get(Count.CACHE_EVICTED),
                "prefetches", counts.get(Count.CACHE_PREFETCHES));
    }

    private List<Map<String, Object>> marks(MarkTotals marks) {
        return marks.all().stream()
                .sorted(Comparator.comparingDouble(activity::of).reversed())
                .limit(mostMarks)
                .map(this::mark)
                .toList();
    }

    private Map<String, Object> mark(OfMark total) {
        int[] minutes = activity.minutes(total);
        return Map.of(
                "mark", Mark.format(total.mark()),
                "number", Integer.toUnsignedString(total.mark()),
                "queries", total.queries(),
                "refused", total.refused(),
                "failed", total.failed(),
                "hits", total.hits(),
                "hour", IntStream.of(minutes).asLongStream().sum(),
                "minutes", minutes);
    }

    private static Map<String, Object> warning(Sight.Warning warning) {
        return Map.of("at", warning.at().toEpochMilli(), "text", warning.text());
    }

    private static Map<String, Object> account(Sight.Account account) {
        return Map.of(
                "name", account.name(),
                "mark", account.mark(),
                "internetBytes", account.internetBytes(),
                "dnsBytes", account.dnsBytes(),
                "quotaBytes", account.quotaBytes().orElse(0L));
    }

    private static Map<String, Object> server(Sight.Server server) {
        long answers = server.roundTrips().count();
        return Map.of(
                "name", server.name(),
                "groups", server.groups(),
                "downPaths", server.downPaths(),
                "tries", server.tries(),
                "answers", server.answers(),
                "timeouts", server.timeouts(),
                "errors", server.errors(),
                "meanMillis", answers == 0 ? 0.0 : server.roundTrips().nanos() / MICROS / answers);
    }

    /** The latest queries of one mark. */
    HttpAnswer of(int mark) {
        Sight.Watched watched = sight.watch(mark);
        OfMark all = sight.marks().all().stream()
                .filter(each -> each.mark() == mark)
                .findFirst()
                .orElse(OfMark.none(mark));
        return json(Map.of(
                "mark", Mark.format(mark),
                "all",
                        Map.of(
                                "queries", all.queries(),
                                "refused", all.refused(),
                                "failed", all.failed(),
                                "hits", all.hits(),
                                "saved", all.saved()),
                "queries", watched.queries(),
                "servers", watched.servers(),
                "refusals", watched.refusals(),
                "names", watched.names()));
    }

    private static HttpAnswer json(Object value) {
        try {
            return HttpAnswer.of(JSON_TYPE, JSON.std.asBytes(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

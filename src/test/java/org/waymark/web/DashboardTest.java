package org.waymark.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The queries of docs/grafana-dashboard.json ask for what /metrics gives, by names and labels. */
class DashboardTest {
    private static final Pattern METRIC = Pattern.compile("\\b(?:waymark|jvm|process)_[a-z_]+\\b");

    /** Braces with labels, and the lists of by and ignoring. */
    private static final Pattern IN_BRACES = Pattern.compile("([a-z_]+)(?==~?\")");

    private static final Pattern LISTED = Pattern.compile("(?:by|ignoring|on) \\(([^)]*)\\)|ignoring\\(([^)]*)\\)");
    private static final Pattern IN_LEGEND = Pattern.compile("\\{\\{([a-z_]+)\\}\\}");

    /** Prometheus itself adds these. */
    private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");

    private final Exposed exposed = new Exposed();

    private record Target(String expression, String legend) {}

    private static List<Target> targets() throws IOException {
        Map<String, Object> dashboard = JSON.std.mapFrom(Files.readString(Path.of("docs", "grafana-dashboard.json")));
        List<Target> targets = new ArrayList<>();
        collect(dashboard, targets);
        return targets;
    }

    private static void collect(Object part, List<Target> targets) {
        if (part instanceof Map<?, ?> map) {
            if (map.get("expr") instanceof String expression) {
                targets.add(new Target(expression, (String) map.get("legendFormat")));
            }
            map.values().forEach(each -> collect(each, targets));
        } else if (part instanceof List<?> list) {
            list.forEach(each -> collect(each, targets));
        }
    }

    @Test
    void everyMetricOfTheDashboardIsThere() throws IOException {
        List<Target> targets = targets();

        assertTrue(targets.size() > 20, () -> targets.size() + " queries");
        for (Target each : targets) {
            assertEquals(Set.of(), unknown(metrics(each), exposed.labels.keySet()), each.expression());
        }
    }

    @Test
    void everyLabelOfTheDashboardIsOneOfItsMetrics() throws IOException {
        for (Target each : targets()) {
            Set<String> known = new HashSet<>(OF_PROMETHEUS);
            metrics(each).forEach(metric -> known.addAll(exposed.labels.get(metric)));

            assertEquals(Set.of(), unknown(labels(each), known), each.toString());
        }
    }

    /** So that nothing is counted that operators do not see, but for what only single questions need. */
    @Test
    void theDashboardShowsWhatMatters() throws IOException {
        Set<String> shown = new TreeSet<>();
        targets().forEach(each -> shown.addAll(metrics(each)));

        for (String metric : List.of(
                "waymark_queries_total",
                "waymark_responses_total",
                "waymark_request_duration_seconds_bucket",
                "waymark_mark_queries_total",
                "waymark_query_marks_total",
                "waymark_answers_total",
                "waymark_cache_misses_total",
                "waymark_cache_entries",
                "waymark_cache_used_bytes",
                "waymark_cache_evicted_total",
                "waymark_cache_prefetches_total",
                "waymark_mark_saved_bytes_total",
                "waymark_upstream_queries_total",
                "waymark_limit_used",
                "waymark_source_ports",
                "waymark_account_bytes_total")) {
            assertTrue(shown.contains(metric), metric);
        }
    }

    private static Set<String> metrics(Target target) {
        return METRIC.matcher(target.expression())
                .results()
                .map(found -> found.group())
                .collect(Collectors.toSet());
    }

    private static Set<String> labels(Target target) {
        Set<String> labels = new TreeSet<>();
        IN_BRACES.matcher(target.expression()).results().forEach(found -> labels.add(found.group(1)));
        LISTED.matcher(target.expression())
                .results()
                .forEach(found ->
                        labels.addAll(List.of((found.group(1) == null ? found.group(2) : found.group(1)).split(", "))));
        IN_LEGEND.matcher(target.legend()).results().forEach(found -> labels.add(found.group(1)));
        return labels;
    }

    private static Set<String> unknown(Set<String> used, Set<String> known) {
        Set<String> unknown = new TreeSet<>(used);
        unknown.removeAll(known);
        return unknown;
    }
}

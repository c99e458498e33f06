package org.waymark.web;

import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.waymark.metrics.Counters;
import org.waymark.metrics.Durations;
import org.waymark.metrics.MarkCounts;
import org.waymark.metrics.MarkTotals;
import org.waymark.metrics.Snapshot;
import org.waymark.web.Sight.Account;
import org.waymark.web.Sight.Resource;
import org.waymark.web.Sight.Server;

/** All metrics for Prometheus, as of the moment when they are asked for. */
final class Figures {
    /** The response codes of RFC 1035 and 2136, by their number. */
    private static final List<String> RCODES = List.of(
            "NOERROR",
            "FORMERR",
            "SERVFAIL",
            "NXDOMAIN",
            "NOTIMP",
            "REFUSED",
            "YXDOMAIN",
            "YXRRSET",
            "NXRRSET",
            "NOTAUTH",
            "NOTZONE");

    private final Sight sight;
    private final MarkSeries marks;
    private final MarkActivity activity;
    private final MetricSnapshot build;
    private final PrometheusRegistry jvm = new PrometheusRegistry();

    /**
     * @param version Waymark's
     * @param most how many marks are told apart
     */
    Figures(Sight sight, MarkActivity activity, String version, int most) {
        this.sight = sight;
        this.activity = activity;
        this.marks = new MarkSeries(most);
        this.build = InfoSnapshot.builder()
                .name("waymark_build")
                .help("The version of Waymark, and of the Java that runs it.")
                .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", version, "java", System.getProperty("java.version")))
                        .build())
                .build();
        JvmMemoryMetrics.builder().register(jvm);
        JvmBufferPoolMetrics.builder().register(jvm);
        JvmGarbageCollectorMetrics.builder().register(jvm);
        ProcessMetrics.builder().register(jvm);
    }

    /**
     * @return the metrics as of now, in parts that are made one after the other, so that not all are in memory at a time
     */
    List<Supplier<MetricSnapshots>> now() {
        MarkTotals totals = sight.marks();
        List<MarkSeries.Series> told = marks.tell(totals.all(), totals.others(), activity::of);
        return List.of(
                () -> withoutMarks(totals.all().size()),
                () -> ofMarks(
                        "waymark_mark_queries_total",
                        "Queries, by the mark of their connection.",
                        told,
                        MarkCounts.Count.QUERIES),
                () -> ofMarks(
                        "waymark_mark_queries_refused_total",
                        "Queries that were refused, by the mark of their connection.",
                        told,
                        MarkCounts.Count.REFUSED),
                () -> ofMarks(
                        "waymark_mark_queries_failed_total",
                        "Queries that every server failed, by the mark of their connection.",
                        told,
                        MarkCounts.Count.FAILED),
                () -> ofMarks(
                        "waymark_mark_cache_hits_total",
                        "Queries that were answered from the cache, by the mark of their connection.",
                        told,
                        MarkCounts.Count.HITS),
                () -> ofMarks(
                        "waymark_mark_saved_bytes_total",
                        "Bytes that were not exchanged with a server because of the cache, by the mark of the connection.",
                        told,
                        MarkCounts.Count.SAVED));
    }

    private static MetricSnapshots ofMarks(
            String name, String help, List<MarkSeries.Series> told, MarkCounts.Count count) {
        return MetricSnapshots.of(
                Families.counter(name, help, told, MarkSeries.Series::labels, each -> each.value(count)));
    }

    private MetricSnapshots withoutMarks(int marksSeen) {
        Snapshot counts = sight.counts();
        List<MetricSnapshot> metrics = new ArrayList<>(CountedEvents.metrics(counts));
        metrics.add(build);
        metrics.add(Families.gauge(
                "waymark_marks",
                "Different marks that queries have had since the start.",
                Map.of(Labels.EMPTY, marksSeen)));
        addResponses(metrics, counts);
        addServers(metrics, sight.servers());
        addUse(metrics);
        addCache(metrics, sight.cache());
        addAccounts(metrics, sight.accounts());
        jvm.scrape().forEach(metrics::add);
        return new MetricSnapshots(metrics);
    }

    private static void addResponses(List<MetricSnapshot> metrics, Snapshot counts) {
        Map<Labels, Long> responses = new LinkedHashMap<>();
        IntStream.range(0, Counters.RCODES)
                .forEach(rcode -> responses.put(Labels.of("rcode", nameOf(rcode)), counts.responses(rcode)));
        metrics.add(Families.counter(
                "waymark_responses_total", "Responses to clients, by the response code of the header.", responses));
        metrics.add(Families.histogram(
                "waymark_request_duration_seconds",
                "How long after its query a response left.",
                Map.of(Labels.EMPTY, counts.requestDurations())));
    }

    private static String nameOf(int rcode) {
        return rcode < RCODES.size() ? RCODES.get(rcode) : "RCODE" + rcode;
    }

    private static void addServers(List<MetricSnapshot> metrics, List<Server> servers) {
        Function<Server, Labels> label = each -> Labels.of("server", each.name());
        metrics.add(Families.counter(
                "waymark_upstream_queries_total",
                "Questions that were sent to a server, each try for itself.",
                servers,
                label,
                Server::tries));
        metrics.add(Families.counter(
                "waymark_upstream_responses_total", "Answers of a server in time.", servers, label, Server::answers));
        metrics.add(Families.counter(
                "waymark_upstream_timeouts_total",
                "Questions to a server that had their time without an answer.",
                servers,
                label,
                Server::timeouts));
        metrics.add(Families.counter(
                "waymark_upstream_errors_total",
                "Questions to a server that the network or the server refused.",
                servers,
                label,
                Server::errors));
        Map<Labels, Durations> roundTrips = new LinkedHashMap<>();
        servers.forEach(each -> roundTrips.put(label.apply(each), each.roundTrips()));
        metrics.add(Families.histogram(
                "waymark_upstream_duration_seconds", "From the question to a server to its answer.", roundTrips));
        metrics.add(Families.gauge(
                "waymark_upstream_paths_down",
                "On how many of its paths (mark, transport, worker) a server does not answer.",
                Families.each(servers, label, Server::downPaths)));
    }

    private void addUse(List<MetricSnapshot> metrics) {
        List<Resource> resources = sight.resources();
        Function<Resource, Labels> label = each -> Labels.of("limit", each.limit());
        metrics.add(Families.gauge(
                "waymark_limit_used",
                "How much there is of what has a limit; the label is the key in [limits].",
                Families.each(resources, label, Resource::used)));
        metrics.add(Families.gauge(
                "waymark_limit_max", "How much there may be of it.", Families.each(resources, label, Resource::max)));
        metrics.add(Families.gauge(
                "waymark_upstream_questions_in_flight",
                "Questions that servers are asked now; queries may share one.",
                Map.of(Labels.EMPTY, sight.questions())));
        metrics.add(Families.gauge(
                "waymark_source_ports",
                "Source ports that one mark has for itself: of open sockets, and of connections that conntrack remembers.",
                Families.each(
                        sight.ports(),
                        each -> Labels.of("transport", each.transport(), "family", each.family()),
                        Sight.Ports::taken)));
    }

    private static void addCache(List<MetricSnapshot> metrics, Sight.CacheUse cache) {
        metrics.add(Families.gauge(
                "waymark_cache_entries", "Answers in the cache.", Map.of(Labels.EMPTY, cache.entries())));
        metrics.add(Families.gauge(
                "waymark_cache_used_bytes",
                "Bytes that the answers in the cache take.",
                Map.of(Labels.EMPTY, cache.used())));
        metrics.add(Families.gauge(
                "waymark_cache_size_bytes",
                "Bytes that the answers in the cache may take.",
                Map.of(Labels.EMPTY, cache.size())));
    }

    private static void addAccounts(List<MetricSnapshot> metrics, List<Account> accounts) {
        if (accounts.isEmpty()) {
            return;
        }
        Map<Labels, Long> bytes = new LinkedHashMap<>();
        Map<Labels, Long> used = new LinkedHashMap<>();
        Map<Labels, Long> quotas = new LinkedHashMap<>();
        for (Account each : accounts) {
            Labels label = Labels.of("account", each.name());
            bytes.merge(label.add("traffic", "internet"), each.everInternetBytes(), Long::sum);
            bytes.merge(label.add("traffic", "dns"), each.everDnsBytes(), Long::sum);
            used.merge(label.add("traffic", "internet"), each.internetBytes(), Long::sum);
            used.merge(label.add("traffic", "dns"), each.dnsBytes(), Long::sum);
            each.quotaBytes().ifPresent(quota -> quotas.merge(label, quota, Long::sum));
        }
        metrics.add(Families.counter(
                "waymark_account_bytes_total",
                "Bytes of an account: what the ISP meters (internet), and the client's own DNS (dns).",
                bytes));
        metrics.add(Families.gauge(
                "waymark_account_used_bytes",
                "Bytes of an account since its sum was begun anew: what counts for its quota (internet), and dns.",
                used));
        metrics.add(Families.gauge("waymark_account_quota_bytes", "The quota of an account.", quotas));
    }
}

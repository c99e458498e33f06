package org.waymark.web;

import static java.util.Map.entry;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.waymark.metrics.Count;
import org.waymark.metrics.Snapshot;

/** The metrics of the events that workers count. Their names and labels are those of {@link Count#metric}. */
final class CountedEvents {
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private static final Map<String, String> HELP = Map.ofEntries(
            entry("waymark_queries_total", "Queries that came in."),
            entry("waymark_queries_coalesced_total", "Queries that shared another's question to a server."),
            entry(
                    "waymark_answers_total",
                    "Answers that were given: of servers, from the cache, old ones of the cache, or Waymark's own."),
            entry("waymark_cache_misses_total", "Queries whose answer was not in the cache."),
            entry(
                    "waymark_cache_passed_by_total",
                    "Queries whose answer is for their client only, so that the cache is not asked."),
            entry("waymark_cache_stored_total", "Answers that were kept in the cache."),
            entry("waymark_cache_evicted_total", "Answers that were removed from the cache to make room."),
            entry("waymark_cache_prefetches_total", "Questions to servers before an answer in the cache was too old."),
            entry("waymark_zone_transfers_total", "Zone transfers that have begun."),
            entry("waymark_zone_transfers_broken_total", "Zone transfers that broke off."),
            entry("waymark_upstream_failures_total", "Tries and TLS handshakes that failed, over all servers."),
            entry("waymark_query_marks_total", "Look-ups of the mark of a query's connection, by what came of them."),
            entry(
                    "waymark_sampled_packets_total",
                    "Sampled packets of clients: whether their mark was the connection's."),
            entry(
                    "waymark_sampled_server_connections_total",
                    "Sampled connections to servers: whether they have the mark of the query."),
            entry(
                    "waymark_sampled_client_connections_total",
                    "Sampled connections of clients: whether their mark is the same after an answer."),
            entry("waymark_packets_dropped_total", "Packets of clients that no answer is due to."),
            entry("waymark_queries_dropped_total", "Queries that a list of names leaves without an answer."),
            entry("waymark_queries_malformed_total", "Queries answered with FORMERR."),
            entry("waymark_upstream_foreign_packets_total", "Packets of servers that answer no pending query."),
            entry(
                    "waymark_upstream_suspected_forgeries_total",
                    "Sockets given up for TCP because somebody may be guessing answers."),
            entry("waymark_queries_refused_total", "Queries that were refused, by the reason or the limit."),
            entry("waymark_queries_failed_total", "Queries that every server failed."),
            entry("waymark_set_addresses_added_total", "Addresses that were put into sets of nft."),
            entry(
                    "waymark_set_addresses_refilled_total",
                    "Addresses that were put into sets of nft again because others had removed them."),
            entry(
                    "waymark_set_addresses_left_out_total",
                    "Addresses that were left out of sets of nft because they are private."),
            entry(
                    "waymark_answers_withheld_total",
                    "Answers whose addresses were not in a set of nft in time, SERVFAIL in their place."),
            entry("waymark_answers_unsent_total", "Answers that the kernel did not take."),
            entry("waymark_dnstap_messages_lost_total", "Messages of dnstap that nobody took in time."),
            entry("waymark_internal_errors_total", "Errors in Waymark itself."),
            entry("waymark_tcp_connections_closed_total", "TCP connections of clients closed because of a limit."),
            entry("waymark_tcp_connections_not_accepted_total", "TCP connections of clients that were not accepted."),
            entry("waymark_queries_on_busy_sockets_total", "Queries sent on a busy socket because of a limit."));

    private CountedEvents() {}

    static List<MetricSnapshot> metrics(Snapshot now) {
        Map<String, Map<Labels, Long>> families = new LinkedHashMap<>();
        for (Count each : Count.values()) {
            families.computeIfAbsent(name(each), name -> new LinkedHashMap<>()).put(labels(each), now.get(each));
        }
        List<MetricSnapshot> metrics = new ArrayList<>();
        families.forEach((name, values) -> metrics.add(Families.counter(name, HELP.get(name), values)));
        return metrics;
    }

    private static String name(Count count) {
        return count.metric().replaceFirst("\\{.*", "");
    }

    private static Labels labels(Count count) {
        List<MatchResult> labels = LABEL.matcher(count.metric()).results().toList();
        return Labels.of(
                labels.stream().map(label -> label.group(1)).toList(),
                labels.stream().map(label -> label.group(2)).toList());
    }
}

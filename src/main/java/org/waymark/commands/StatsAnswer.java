package org.waymark.commands;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.waymark.control.Command;
import org.waymark.control.CommandException;
import org.waymark.dns.Rcode;
import org.waymark.linux.Endpoint;
import org.waymark.metrics.ClientTotals;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.metrics.Durations;
import org.waymark.metrics.Histogram;
import org.waymark.metrics.MarkTotals;

/** {@code waymark stats}: what has happened since the start, and how often a second of late. */
public final class StatsAnswer implements Command {
    private static final double NANOS_PER_MILLI = 1e6;

    /** What the figures are told apart by. */
    private enum By {
        MARK,
        SERVER,
        CLIENT,
        RCODE
    }

    private final Recent recent;

    /**
     * @param recent what is counted
     */
    public StatsAnswer(Recent recent) {
        this.recent = recent;
    }

    @Override
    public String name() {
        return "stats";
    }

    @Override
    public Map<String, Object> answer(Map<String, Object> arguments) throws CommandException {
        Arguments given = new Arguments(arguments);
        given.only("by", "most");
        int most = given.rows("most");
        By by = given.find("by", StatsAnswer::by).orElse(null);
        Recent.Pair pair = recent.compare();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("recent_seconds", Values.rounded(pair.seconds()));
        if (by == null) {
            answer.put("rows", counts(pair));
            answer.put("durations", durations(pair.now().counts().requestDurations()));
            return answer;
        }
        answer.put("by", by.name().toLowerCase(Locale.ROOT));
        switch (by) {
            case MARK -> addMarks(answer, pair, most);
            case SERVER -> answer.put("rows", servers(pair));
            case CLIENT -> addClients(answer, pair, most);
            case RCODE -> answer.put("rows", rcodes(pair));
        }
        return answer;
    }

    private static By by(String text) {
        for (By each : By.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is unknown (allowed: mark, server, client, rcode)");
    }

    private static List<Map<String, Object>> counts(Recent.Pair pair) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Count count : Count.values()) {
            long total = pair.now().counts().get(count);
            if (total > 0) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("metric", count.metric());
                row.put("what", count.label());
                if (!count.cause().isEmpty()) {
                    row.put("cause", count.cause());
                }
                addRate(row, pair, total, total - pair.before().counts().get(count));
                rows.add(row);
            }
        }
        return rows;
    }

    private static void addRate(Map<String, Object> row, Recent.Pair pair, long total, long more) {
        row.put("total", total);
        row.put("per_second", pair.perSecond(more));
    }

    private static Map<String, Object> durations(Durations durations) {
        Map<String, Object> fields = new LinkedHashMap<>();
        long count = durations.count();
        fields.put("responses", count);
        fields.put("mean_ms", Values.millis(count == 0 ? 0 : durations.nanos() / NANOS_PER_MILLI / count));
        Map<String, Object> within = new LinkedHashMap<>();
        long sum = 0;
        for (int bucket = 0; bucket < Histogram.BOUNDS; bucket++) {
            sum += durations.in(bucket);
            within.put(String.valueOf(Histogram.boundNanos(bucket) / NANOS_PER_MILLI), sum);
        }
        fields.put("within_ms", within);
        return fields;
    }

    private static void addMarks(Map<String, Object> answer, Recent.Pair pair, int most) {
        Map<Integer, Long> before = pair.before().marks().all().stream()
                .collect(Collectors.toMap(MarkTotals.OfMark::mark, MarkTotals.OfMark::queries));
        MarkTotals now = pair.now().marks();
        List<MarkTotals.OfMark> busiest = now.busiest(most);
        answer.put(
                "rows",
                busiest.stream()
                        .map(each -> {
                            Map<String, Object> row = new LinkedHashMap<>();
                            row.put("mark", Integer.toUnsignedLong(each.mark()));
                            row.put("refused", each.refused());
                            row.put("failed", each.failed());
                            row.put("hits", each.hits());
                            row.put("saved_bytes", each.saved());
                            addRate(row, pair, each.queries(), each.queries() - before.getOrDefault(each.mark(), 0L));
                            return row;
                        })
                        .toList());
        answer.put("marks", now.all().size());
        answer.put(
                "other_marks",
                now.queries()
                        - busiest.stream().mapToLong(MarkTotals.OfMark::queries).sum());
    }

    private static List<Map<String, Object>> servers(Recent.Pair pair) {
        List<Map<String, Object>> rows = new ArrayList<>();
        pair.now().servers().forEach((server, figures) -> {
            ServerFigures lately = figures.minus(pair.before().servers().getOrDefault(server, ServerFigures.NONE));
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("server", server.server().toString());
            row.putAll(figures.fields());
            row.put("round_trip_ms", Values.millis(figures.roundTripMillis()));
            row.put("recent_round_trip_ms", Values.millis(lately.roundTripMillis()));
            addRate(row, pair, figures.tries(), lately.tries());
            rows.add(row);
        });
        rows.sort(Comparator.comparingLong((ToLongFunction<Map<String, Object>>) row -> (Long) row.get("total"))
                .reversed());
        return rows;
    }

    private static void addClients(Map<String, Object> answer, Recent.Pair pair, int most) {
        ClientTotals before = pair.before().clients();
        ClientTotals now = pair.now().clients();
        answer.put(
                "rows",
                now.busiest(most).stream()
                        .map(each -> {
                            Map<String, Object> row = new LinkedHashMap<>();
                            row.put("client", host(each));
                            row.put("at_least", each.atLeast());
                            addRate(row, pair, each.queries(), Math.max(0, each.atLeast() - before.atLeast(each)));
                            return row;
                        })
                        .toList());
        answer.put("estimated", now.isEstimated());
    }

    private static String host(ClientTotals.OfClient client) {
        Endpoint address = new Endpoint();
        address.setIpv6(client.high(), client.low(), 0);
        return address.host();
    }

    private static List<Map<String, Object>> rcodes(Recent.Pair pair) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int rcode = 0; rcode < Counters.RCODES; rcode++) {
            long total = pair.now().counts().responses(rcode);
            if (total > 0) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("rcode", Rcode.nameOf(rcode));
                addRate(row, pair, total, total - pair.before().counts().responses(rcode));
                rows.add(row);
            }
        }
        return rows;
    }
}

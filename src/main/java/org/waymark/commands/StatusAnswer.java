package org.waymark.commands;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.waymark.control.Command;
import org.waymark.control.CommandException;
import org.waymark.forward.InFlight;
import org.waymark.linux.Endpoint;
import org.waymark.metrics.Count;
import org.waymark.metrics.Snapshot;
import org.waymark.upstream.ServerPath;
import org.waymark.upstream.ServerState;
import org.waymark.worker.Workers;

/** {@code waymark status}: how a running Waymark is doing, as far as it fits on one screen. */
public final class StatusAnswer implements Command {
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Instant since = Instant.now();
    private final long startNanos = System.nanoTime();
    private final Workers workers;
    private final Recent recent;
    private final QueryRate rate;
    private final Facts facts;

    /**
     * What does not come from the workers.
     *
     * @param version the version of Waymark
     * @param configuration the configuration file
     * @param listening the addresses that are listened on
     * @param reload when the configuration was read again, and why it was refused; empty if it was not
     * @param warnings what was told lately and still holds
     */
    public record Facts(
            String version,
            Path configuration,
            Supplier<List<InetSocketAddress>> listening,
            Supplier<Map<String, Object>> reload,
            Supplier<List<String>> warnings) {}

    /**
     * @param recent what is counted
     * @param rate how many queries there are
     */
    public StatusAnswer(Workers workers, Recent recent, QueryRate rate, Facts facts) {
        this.workers = workers;
        this.recent = recent;
        this.rate = rate;
        this.facts = facts;
    }

    @Override
    public String name() {
        return "status";
    }

    @Override
    public Map<String, Object> answer(Map<String, Object> arguments) throws CommandException {
        new Arguments(arguments).only();
        Sample now = recent.compare().now();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("version", facts.version());
        status.put("process", ProcessHandle.current().pid());
        status.put("configuration", facts.configuration().toString());
        status.put("latest_reload", facts.reload().get());
        status.put("since", since.toString());
        Duration up = Duration.ofNanos(System.nanoTime() - startNanos);
        status.put("up_seconds", Values.rounded(up.toMillis() / MILLIS_PER_SECOND));
        status.put(
                "listening",
                facts.listening().get().stream()
                        .map(address -> Endpoint.of(address).toString())
                        .toList());
        status.put("workers", workers.count());
        addQueries(status, now);
        status.put("servers", servers(now));
        status.put("limits", limits(now.counts()));
        status.put("warnings", facts.warnings().get());
        return status;
    }

    private void addQueries(Map<String, Object> status, Sample now) {
        status.put("queries", now.counts().queries());
        status.put("queries_per_second", Values.rounded(rate.now()));
        status.put("queries_per_second_last_minute", Values.rounded(rate.lastMinute()));
        InFlight inFlight = workers.inFlight();
        status.put("queries_in_flight", inFlight.queries());
        status.put("questions_in_flight", inFlight.questions());
        status.put("marks", now.marks().all().size());
        status.put("cache", CacheFigures.of(workers.cache(), now.counts()));
    }

    private List<Map<String, Object>> servers(Sample now) {
        List<ServerPath> paths = workers.paths();
        List<Map<String, Object>> servers = new ArrayList<>();
        now.servers().forEach((server, figures) -> {
            servers.add(server(server, figures, ServerByMark.of(server, paths)));
        });
        servers.sort((one, other) ->
                one.get("server").toString().compareTo(other.get("server").toString()));
        return servers;
    }

    private static Map<String, Object> server(ServerState server, ServerFigures figures, ServerByMark marks) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("server", server.server().toString());
        fields.put("state", marks.state().text());
        fields.putAll(figures.fields());
        fields.put("round_trip_ms", Values.millis(marks.roundTripMillis()));
        fields.put("marks_down", marks.down());
        fields.put("marks_that_differ", marks.differing());
        fields.put("more_marks_that_differ", marks.more());
        return fields;
    }

    private static List<Map<String, Object>> limits(Snapshot counts) {
        List<Map<String, Object>> limits = new ArrayList<>();
        for (Count count : Count.LIMITS) {
            long total = counts.get(count);
            if (total > 0) {
                Map<String, Object> limit = new LinkedHashMap<>();
                limit.put("limit", count.cause());
                limit.put("what", count.label());
                limit.put("total", total);
                limits.add(limit);
            }
        }
        return limits;
    }
}

package org.waymark.server;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.metrics.Snapshot;
import org.waymark.upstream.ServerState;

/** The line that {@code systemctl status} shows: how Waymark is doing. systemd is told of it when it has changed. */
final class StatusLine {
    /** How often it is written. */
    static final long SECONDS = 5;

    private final List<Counters> workers;
    private final Supplier<Collection<ServerState>> servers;
    private final Supplier<Optional<String>> refusal;
    private final IntSupplier warnings;
    private final Notices notices;
    private long queries;
    private String told = "";

    /**
     * @param workers the counters of each worker
     * @param servers tells how the servers do
     * @param refusal tells why the latest reload was refused, in one line; empty if it was not
     * @param warnings tells how many warnings there are now
     */
    StatusLine(
            List<Counters> workers,
            Supplier<Collection<ServerState>> servers,
            Supplier<Optional<String>> refusal,
            IntSupplier warnings,
            Notices notices) {
        this.workers = workers;
        this.servers = servers;
        this.refusal = refusal;
        this.warnings = warnings;
        this.notices = notices;
        this.queries = queriesSoFar();
    }

    /** To be called every {@link #SECONDS}. */
    void report() {
        String line = line();
        if (!line.equals(told)) {
            told = line;
            notices.send(notifier -> notifier.status(line));
        }
    }

    private String line() {
        long now = queriesSoFar();
        long perSecond = Math.round((now - queries) / (double) SECONDS);
        queries = now;
        String line = perSecond + (perSecond == 1 ? " query" : " queries") + " a second";
        String down = servers.get().stream()
                .filter(state -> state.downCount() > 0)
                .map(state -> state.server().toString())
                .sorted()
                .collect(Collectors.joining(", "));
        if (!down.isEmpty()) {
            line += "; down: " + down;
        }
        int present = warnings.getAsInt();
        if (present > 0) {
            line += "; " + present + (present == 1 ? " warning" : " warnings") + ": see waymark status";
        }
        return line + refusal.get().map(why -> "; reload refused: " + why).orElse("");
    }

    private long queriesSoFar() {
        Snapshot snapshot = Snapshot.of(workers);
        return snapshot.get(Count.UDP_IPV4_QUERIES)
                + snapshot.get(Count.UDP_IPV6_QUERIES)
                + snapshot.get(Count.TCP_IPV4_QUERIES)
                + snapshot.get(Count.TCP_IPV6_QUERIES);
    }
}

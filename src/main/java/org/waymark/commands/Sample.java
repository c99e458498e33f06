package org.waymark.commands;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.waymark.metrics.ClientTotals;
import org.waymark.metrics.Counters;
import org.waymark.metrics.MarkTotals;
import org.waymark.metrics.Snapshot;
import org.waymark.upstream.ServerState;
import org.waymark.worker.Workers;

/**
 * Everything that is counted, at one moment.
 *
 * @param nanos when, as {@link System#nanoTime} tells it
 * @param counts the events of all workers
 * @param marks the queries by mark
 * @param clients the queries by client, the busiest ones
 * @param servers what servers were asked
 */
record Sample(
        long nanos, Snapshot counts, MarkTotals marks, ClientTotals clients, Map<ServerState, ServerFigures> servers) {
    static Sample of(Workers workers) {
        List<Counters> counters = workers.counters();
        Map<ServerState, ServerFigures> servers = new HashMap<>();
        workers.servers().forEach(server -> servers.put(server, ServerFigures.of(server)));
        return new Sample(
                System.nanoTime(), Snapshot.of(counters), MarkTotals.of(counters), ClientTotals.of(counters), servers);
    }
}

package org.waymark.commands;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.waymark.metrics.Durations;
import org.waymark.metrics.ServerCounts;
import org.waymark.upstream.ServerState;

/**
 * What all workers have had from a server, since the start.
 *
 * @param tries questions sent
 * @param answers answers in time
 * @param timeouts questions without an answer in time
 * @param errors questions that the network or the server refused
 * @param roundTripNanos the sum of the times from question to answer
 */
record ServerFigures(long tries, long answers, long timeouts, long errors, long roundTripNanos) {
    static final ServerFigures NONE = new ServerFigures(0, 0, 0, 0, 0);

    private static final double NANOS_PER_MILLI = 1e6;

    static ServerFigures of(ServerState server) {
        Collection<ServerCounts> counts = server.counts();
        return new ServerFigures(
                sum(counts, ServerCounts.Count.TRIES),
                sum(counts, ServerCounts.Count.ANSWERS),
                sum(counts, ServerCounts.Count.TIMEOUTS),
                sum(counts, ServerCounts.Count.ERRORS),
                Durations.of(counts.stream().map(ServerCounts::roundTrips).toList())
                        .nanos());
    }

    private static long sum(Collection<ServerCounts> counts, ServerCounts.Count count) {
        return counts.stream().mapToLong(each -> each.get(count)).sum();
    }

    ServerFigures minus(ServerFigures before) {
        return new ServerFigures(
                tries - before.tries,
                answers - before.answers,
                timeouts - before.timeouts,
                errors - before.errors,
                roundTripNanos - before.roundTripNanos);
    }

    /** The mean time from question to answer in milliseconds; 0 if there was no answer. */
    double roundTripMillis() {
        return answers == 0 ? 0 : roundTripNanos / NANOS_PER_MILLI / answers;
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tries", tries);
        fields.put("answers", answers);
        fields.put("timeouts", timeouts);
        fields.put("errors", errors);
        return fields;
    }
}

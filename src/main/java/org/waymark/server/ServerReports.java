package org.waymark.server;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.upstream.ServerState;

/** Logs when servers stop answering, why where that is known, and when they answer again. */
final class ServerReports {
    private static final long TELL_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(ServerReports.class);

    private final Supplier<Collection<ServerState>> states;
    private final Map<ServerState, Integer> reported = new HashMap<>();
    private final Map<ServerState, Told> told = new HashMap<>();

    private record Told(String problem, long atNanos) {}

    ServerReports(Supplier<Collection<ServerState>> states) {
        this.states = states;
    }

    /** Logs a line for each server whose state has changed since the last time, and one for what is newly wrong with it. */
    void report() {
        for (ServerState state : states.get()) {
            reportProblem(state);
            int now = state.downCount();
            int before = reported.getOrDefault(state, 0);
            reported.put(state, now);
            if (now > 0 && before == 0) {
                LOG.warn("server {} does not answer; it is asked again from time to time", state.server());
            } else if (now == 0 && before > 0) {
                LOG.info("server {} answers again", state.server());
            } else if (now != before) {
                LOG.info("server {} does not answer on {} of its paths (mark, transport, worker)", state.server(), now);
            }
        }
    }

    private void reportProblem(ServerState state) {
        String problem = state.takeProblem();
        if (problem != null && isNews(told.get(state), problem)) {
            told.put(state, new Told(problem, System.nanoTime()));
            LOG.warn("server {} can't be used: {}", state.server(), problem);
        }
    }

    private static boolean isNews(Told latest, String problem) {
        return latest == null
                || !latest.problem().equals(problem)
                || System.nanoTime() - latest.atNanos() > TELL_AGAIN_NANOS;
    }
}

package org.waymark.server;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.upstream.ServerState;

/** Logs when servers stop answering, and when they answer again. */
final class ServerReports {
    private static final Logger LOG = LoggerFactory.getLogger(ServerReports.class);

    private final List<ServerState> states;
    private final Map<ServerState, Integer> reported = new HashMap<>();

    ServerReports(Collection<ServerState> states) {
        this.states = List.copyOf(states);
    }

    /** Logs a line for each server whose state has changed since the last time. */
    void report() {
        for (ServerState state : states) {
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
}

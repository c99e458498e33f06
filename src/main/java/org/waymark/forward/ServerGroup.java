package org.waymark.forward;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.waymark.cache.Views;
import org.waymark.policy.Strategy;
import org.waymark.upstream.ServerAccess;
import org.waymark.upstream.UpstreamQuery;

/** Servers that stand in for each other. There may be none for a time, where others say which they are. */
public final class ServerGroup {
    /** A question is never sent to one server more often. */
    private static final int TRIES_PER_SERVER = 3;

    private final RandomGenerator random;
    private Tries tries;
    private int number;
    private int shareMask = -1;
    private List<ServerAccess> servers;

    /**
     * How the servers of a group are tried.
     *
     * @param strategy which is asked first
     * @param timeout the longest that a try may take
     * @param totalTimeout the longest that all tries together may take
     * @param attempts tries in all, over the servers in turn
     */
    public record Tries(Strategy strategy, Duration timeout, Duration totalTimeout, int attempts) {}

    /**
     * @param servers in the order of the configuration
     * @param tries how they are tried
     * @param random spreads questions over the servers where the strategy says so
     */
    public ServerGroup(List<ServerAccess> servers, Tries tries, RandomGenerator random) {
        this.servers = List.copyOf(servers);
        this.tries = tries;
        this.random = random;
    }

    /** The servers in the order of the configuration. */
    public List<ServerAccess> servers() {
        return servers;
    }

    /**
     * From now on these are asked; what the former ones have been asked, they may still answer.
     *
     * @param newServers in the order of the configuration
     * @param newTries how they are tried
     */
    public void adopt(List<ServerAccess> newServers, Tries newTries) {
        servers = List.copyOf(newServers);
        tries = newTries;
    }

    /**
     * Says who shares answers of its servers from now on.
     *
     * @param groupNumber as {@link Views#number} has it
     * @param mask the bits in which outgoing marks of queries differ that share no answers
     */
    public void shareAnswers(int groupNumber, int mask) {
        number = groupNumber;
        shareMask = mask;
    }

    /** The view of queries with an outgoing mark. */
    long viewOf(int mark) {
        return Views.view(number, mark & shareMask);
    }

    Duration timeout() {
        return tries.timeout();
    }

    Duration totalTimeout() {
        return tries.totalTimeout();
    }

    int maxTries() {
        return Math.min(tries.attempts(), TRIES_PER_SERVER * servers.size());
    }

    /**
     * Chooses the server for the next try: one that is well, as the strategy says, or if there is none any other.
     *
     * @param tried the servers that have been tried
     * @return the server, or null if all have been tried
     */
    ServerAccess choose(int mark, boolean overTcp, List<ServerAccess> tried) {
        ServerAccess well = chooseWell(mark, overTcp, tried);
        if (well != null) {
            return well;
        }
        for (ServerAccess server : servers) {
            if (!tried.contains(server)) {
                return server;
            }
        }
        return null;
    }

    /** The same, but only servers that are well will do. */
    ServerAccess chooseWell(int mark, boolean overTcp, List<ServerAccess> tried) {
        int count = servers.size();
        Strategy strategy = tries.strategy();
        int start = strategy == Strategy.SPREAD ? random.nextInt(count) : 0;
        ServerAccess best = null;
        for (int i = 0; i < count; i++) {
            ServerAccess server = servers.get((start + i) % count);
            if (tried.contains(server) || server.isDown(mark, overTcp)) {
                continue;
            }
            if (strategy != Strategy.FASTEST) {
                return server;
            }
            if (best == null || server.roundTripNanos(mark, overTcp) < best.roundTripNanos(mark, overTcp)) {
                // One that was never measured counts as the fastest, so that it is.
                best = server;
            }
        }
        return best;
    }

    /** Lets those servers see a copy of the question whose state is to be found out. */
    void probeOthers(UpstreamQuery question, boolean overTcp, ServerAccess chosen) {
        for (ServerAccess server : servers) {
            boolean interesting = tries.strategy() == Strategy.FASTEST || server.isDown(question.mark(), overTcp);
            if (server != chosen && interesting) {
                server.probe(question, overTcp);
            }
        }
    }
}

package org.waymark.forward;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.waymark.upstream.Destination;
import org.waymark.upstream.Exchange;

/** Servers that stand in for each other. There may be none for a time, where others say which they are. */
public final class Group {
    /** As many as the bits of a set of servers. */
    public static final int MAX_SERVERS = Integer.SIZE - 1;

    /** A question is never sent to one server more often. */
    private static final int TRIES_PER_SERVER = 3;

    static final int NONE = -1;

    private final Strategy strategy;
    private final Duration timeout;
    private final int attempts;
    private List<Destination> servers;

    /**
     * @param servers {@link #MAX_SERVERS} at most
     * @param strategy which is asked first
     * @param timeout the longest that a try may take
     * @param attempts tries in all, over the servers in turn
     */
    public Group(List<Destination> servers, Strategy strategy, Duration timeout, int attempts) {
        this.servers = List.copyOf(servers);
        this.strategy = strategy;
        this.timeout = timeout;
        this.attempts = attempts;
    }

    /** The servers in the order of the configuration. */
    public List<Destination> servers() {
        return servers;
    }

    /** From now on these are asked; what the former ones have been asked, they may still answer. */
    public void servers(List<Destination> replacing) {
        servers = List.copyOf(replacing);
    }

    Duration timeout() {
        return timeout;
    }

    int maxTries() {
        return Math.min(attempts, TRIES_PER_SERVER * servers.size());
    }

    /**
     * Chooses the server for the next try: one that is well, as the strategy says, or if there is none any other.
     *
     * @param tried the servers that have been tried, a bit for each
     * @return the server's number, or {@link #NONE} if all have been tried
     */
    int choose(int mark, boolean overTcp, int tried) {
        int well = chooseWell(mark, overTcp, tried);
        if (well != NONE) {
            return well;
        }
        int untried = Integer.numberOfTrailingZeros(~tried);
        return untried < servers.size() ? untried : NONE;
    }

    /** The same, but only servers that are well will do. */
    int chooseWell(int mark, boolean overTcp, int tried) {
        int count = servers.size();
        int start = strategy == Strategy.SPREAD ? ThreadLocalRandom.current().nextInt(count) : 0;
        int best = NONE;
        for (int i = 0; i < count; i++) {
            int number = (start + i) % count;
            if ((tried & 1 << number) != 0 || servers.get(number).isDown(mark, overTcp)) {
                continue;
            }
            if (strategy != Strategy.FASTEST) {
                return number;
            }
            if (best == NONE || isFaster(number, best, mark, overTcp)) {
                best = number;
            }
        }
        return best;
    }

    /** A server that was never measured counts as the fastest, so that it is. */
    private boolean isFaster(int number, int than, int mark, boolean overTcp) {
        return servers.get(number).roundTripNanos(mark, overTcp)
                < servers.get(than).roundTripNanos(mark, overTcp);
    }

    /** Lets those servers see a copy of the question whose state is to be found out. */
    void probeOthers(Exchange question, boolean overTcp, int chosen) {
        for (int number = 0; number < servers.size(); number++) {
            Destination server = servers.get(number);
            boolean interesting = strategy == Strategy.FASTEST || server.isDown(question.mark(), overTcp);
            if (number != chosen && interesting) {
                server.probe(question, overTcp);
            }
        }
    }
}

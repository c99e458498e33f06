package org.waymark.listener;

import java.util.HashMap;
import java.util.Map;
import org.waymark.linux.Endpoint;
import org.waymark.metrics.Count;

/** Counts the connections of clients against their limits, for all workers: a client's connections spread over them. */
public final class ConnectionLimits {
    private final Map<Endpoint, Integer> open = new HashMap<>();
    private int total;
    private int max;
    private int maxPerClient;

    /**
     * @param max connections in all
     * @param maxPerClient connections from one address
     */
    public ConnectionLimits(int max, int maxPerClient) {
        this.max = max;
        this.maxPerClient = maxPerClient;
    }

    /**
     * Changes the limits. Connections that are open stay open.
     *
     * @param newMax connections in all, from now on
     * @param newMaxPerClient connections from one address
     */
    public synchronized void change(int newMax, int newMaxPerClient) {
        max = newMax;
        maxPerClient = newMaxPerClient;
    }

    /**
     * @return how many connections there are
     */
    public synchronized int count() {
        return total;
    }

    /**
     * Admits a connection and returns null, or returns which limit forbids it.
     *
     * @param client whose it is, with 0 as the port
     */
    synchronized Count admit(Endpoint client) {
        if (total >= max) {
            return Count.TCP_CONNECTIONS_LIMIT;
        }
        if (open.getOrDefault(client, 0) >= maxPerClient) {
            return Count.TCP_CONNECTIONS_PER_CLIENT_LIMIT;
        }
        total++;
        open.merge(client, 1, Integer::sum);
        return null;
    }

    /** An admitted connection has ended. */
    synchronized void ended(Endpoint client) {
        total--;
        open.computeIfPresent(client, (address, count) -> count == 1 ? null : count - 1);
    }
}

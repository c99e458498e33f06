package org.waymark.host;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.waymark.firewall.ServerElement;

/**
 * The servers of now, and those that were replaced lately. There may still be connections to a replaced one, and what it sends late must
 * meet Waymark's own table.
 */
final class RecentServers {
    /** Longer than any connection to a server stays open (limits.upstream-idle) and conntrack may remember it. */
    static final long KEPT_NANOS = TimeUnit.HOURS.toNanos(2);

    /** How many replaced ones are kept, those that were replaced last. */
    static final int MOST = 64;

    private final LongSupplier nanoTime;
    private Set<ServerElement> servers;

    /** The replaced ones with the time at which they were, the oldest first. */
    private final Map<ServerElement, Long> replaced = new LinkedHashMap<>();

    /**
     * @param servers those of now
     * @param nanoTime the clock, in nanoseconds
     */
    RecentServers(Set<ServerElement> servers, LongSupplier nanoTime) {
        this.servers = Set.copyOf(servers);
        this.nanoTime = nanoTime;
    }

    /** Changes the servers. Returns them and the recent ones. */
    Set<ServerElement> change(Set<ServerElement> to) {
        long now = nanoTime.getAsLong();
        for (ServerElement server : servers) {
            if (!to.contains(server)) {
                replaced.put(server, now);
            }
        }
        servers = Set.copyOf(to);
        replaced.keySet().removeAll(servers);
        replaced.values().removeIf(since -> now - since > KEPT_NANOS);
        Iterator<ServerElement> oldest = replaced.keySet().iterator();
        while (replaced.size() > MOST) {
            oldest.next();
            oldest.remove();
        }
        Set<ServerElement> recent = new HashSet<>(servers);
        recent.addAll(replaced.keySet());
        return recent;
    }
}

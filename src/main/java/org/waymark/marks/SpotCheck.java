package org.waymark.marks;

import java.util.concurrent.TimeUnit;
import org.waymark.conntrack.MarkLookup;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

/**
 * Compares the mark of a packet with that of its connection, now and then. A packet whose mark nobody has restored has a 0 like
 * any other; only conntrack can tell that it is wrong. Connections that conntrack does not know, or may not be asked about, say
 * nothing.
 */
final class SpotCheck implements AutoCloseable {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MarkLookup lookup;
    private final int mask;
    private final Counters counters;
    private long nextAt = System.nanoTime();

    /**
     * @param lookup asks conntrack; only this check may use it, and closes it
     * @param mask the bits of the mark that matter
     * @param counters the worker's counters
     */
    SpotCheck(MarkLookup lookup, int mask, Counters counters) {
        this.lookup = lookup;
        this.mask = mask;
        this.counters = counters;
    }

    /** Looks at a packet, unless it has looked at another lately. */
    void see(TransportProtocol protocol, Endpoint local, Endpoint peer, long mark) {
        long now = System.nanoTime();
        if (now - nextAt < 0) {
            return;
        }
        nextAt = now + INTERVAL_NANOS;
        lookup.clear();
        int index = lookup.add(protocol, local, peer);
        lookup.run();
        long known = lookup.mark(index);
        if (ConnectionMark.isKnown(known) && ((ConnectionMark.value(known) ^ ConnectionMark.value(mark)) & mask) != 0) {
            counters.add(Count.MARK_NOT_RESTORED);
        }
    }

    @Override
    public void close() {
        lookup.close();
    }
}

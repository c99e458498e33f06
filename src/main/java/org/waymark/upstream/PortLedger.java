package org.waymark.upstream;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.waymark.linux.Endpoint;

/**
 * Keeps the source ports of different marks apart. conntrack remembers a connection for some time after its socket is
 * closed, and the connection keeps its mark: a port that goes from one mark to another within that time would send the
 * second mark's packets on the first mark's connection. So a port stays with its mark until conntrack must have forgotten
 * it; the same mark may have it again at any time. What conntrack remembers of other programs, or of a Waymark before this one,
 * is found when a port is taken into use ({@link SourcePort}), and then set aside here.
 *
 * <p>One ledger for each transport and IP version, shared by all workers; it is asked once a socket, not once a query. It
 * does not look at the server, which makes it stricter than a 5-tuple is, and simple.
 */
final class PortLedger {
    static final int FIRST_PORT = 1024;
    static final int NONE = -1;

    private static final int PORTS = 1 << 16;
    private static final int RANGE = PORTS - FIRST_PORT;

    /** Random draws before the whole range is searched: with half of the ports taken, one search in 65,536 sockets. */
    private static final int DRAWS = 16;

    private final LongSupplier nanoTime;
    private final long holdNanos;
    private final BitSet reserved;

    private final BitSet leased = new BitSet(PORTS);
    private final BitSet held = new BitSet(PORTS);
    private final BitSet foreign = new BitSet(PORTS);
    /** Made for the first lease: most hosts use one or two of the four ledgers, and these are 768 KiB of each. */
    private int[] marks;

    private long[] releasedAt;
    private final AtomicReferenceArray<Line> lines = new AtomicReferenceArray<>(PORTS);

    /** The two ends of an open socket: the address and port that it sends from, and the server. */
    record Line(Endpoint source, Endpoint server) {}

    /**
     * @param nanoTime the clock
     * @param holdNanos how long conntrack remembers a connection after its last packet
     * @param reserved ports that are never used
     */
    PortLedger(LongSupplier nanoTime, long holdNanos, BitSet reserved) {
        this.nanoTime = nanoTime;
        this.holdNanos = holdNanos;
        this.reserved = reserved;
    }

    /**
     * Leases a port to a mark: a random one, or, when ports are short, the one that was released the longest ago.
     *
     * @return the port, or {@link #NONE} if every port belongs to another mark
     */
    synchronized int lease(int mark, RandomNumbers random) {
        if (marks == null) {
            marks = new int[PORTS];
            releasedAt = new long[PORTS];
        }
        long now = nanoTime.getAsLong();
        for (int draw = 0; draw < DRAWS; draw++) {
            int port = FIRST_PORT + random.next(RANGE);
            if (isFree(port, mark, now)) {
                return lease(port, mark);
            }
        }
        int oldest = oldestFree(mark, now);
        return oldest == NONE ? NONE : lease(oldest, mark);
    }

    /** The free port that was released the longest ago: the one that conntrack is the most certain to have forgotten. */
    private int oldestFree(int mark, long now) {
        int oldest = NONE;
        for (int port = FIRST_PORT; port < PORTS; port++) {
            if (isFree(port, mark, now) && (oldest == NONE || releasedAt[port] - releasedAt[oldest] < 0)) {
                oldest = port;
            }
        }
        return oldest;
    }

    private boolean isFree(int port, int mark, long now) {
        if (leased.get(port) || reserved.get(port)) {
            return false;
        }
        boolean forgotten = !held.get(port) || now - releasedAt[port] > holdNanos;
        return forgotten || marks[port] == mark && !foreign.get(port);
    }

    private int lease(int port, int mark) {
        leased.set(port);
        held.set(port);
        foreign.clear(port);
        marks[port] = mark;
        return port;
    }

    /** A socket is bound to a leased port: it stands between these two until the port comes back. */
    void connected(Line line) {
        lines.set(line.source().port(), line);
    }

    /** The server that the socket at this address and port was opened to; null if none of ours is there. Asked per query. */
    Endpoint serverOf(Endpoint source) {
        Line line = lines.get(source.port());
        return line != null && line.source().isSameHost(source) ? line.server() : null;
    }

    /** Takes a port back after its socket was closed; it stays with its mark for the hold time. */
    synchronized void release(int port) {
        lines.set(port, null);
        leased.clear(port);
        releasedAt[port] = nanoTime.getAsLong();
    }

    /** Takes back a port that turned out to be somebody else's; no mark gets it for the hold time. */
    synchronized void setAside(int port) {
        release(port);
        foreign.set(port);
    }
}

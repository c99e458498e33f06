package org.waymark.ports;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.waymark.linux.Endpoint;

/**
 * Keeps the source ports of different marks apart. conntrack remembers a connection for some time after its socket is
 * closed, and the connection keeps its mark: a port that goes from one mark to another within that time would send the
 * second mark's packets on the first mark's connection. So a port is anybody's when conntrack was made to forget the connection
 * ({@code FinishedConnections}), and otherwise stays with its mark until it must have forgotten it; the same mark may have it again
 * at any time. What conntrack remembers of other programs, or of a Waymark before this one, is found when a port is taken into use
 * ({@code SourcePort}), and then set aside here.
 *
 * <p>One ledger for each transport and IP version, shared by all workers; it is asked once a socket, not once a query. It
 * does not look at the server, which makes it stricter than a 5-tuple is, and simple.
 */
public final class PortLedger {
    static final int FIRST_PORT = 1024;
    /** No port. */
    public static final int NONE = PortQueues.NONE;

    private static final int PORTS = 1 << 16;
    private static final int RANGE = PORTS - FIRST_PORT;

    /** Random draws before a free port is searched in order: with half of the ports taken, one search in 65,536 sockets. */
    private static final int DRAWS = 16;

    /** The queue of all ports that are held. */
    private static final int ALL = 0;

    private final LongSupplier nanoTime;
    private long holdNanos;

    /** The ports that not every mark may have: reserved, leased, or held, which is closed but not forgotten by conntrack. */
    private final BitSet taken;

    private final BitSet reserved = new BitSet(PORTS);

    /** Made for the first lease, as what follows: most hosts use one or two of the four ledgers, and these are 1.5 MiB of each. */
    private int[] marks;

    private long[] releasedAt;

    /** All that are held, in the order of their release. */
    private PortQueues held;

    /** Those of each mark, without what was set aside. */
    private PortQueues heldByMark;

    /** Those of open sockets; written by whoever has leased the port, and read by anybody. */
    private volatile AtomicReferenceArray<Line> lines;

    /**
     * The two ends of an open socket.
     *
     * @param source the address and port that it sends from
     * @param server the address and port of the server
     */
    public record Line(Endpoint source, Endpoint server) {}

    /**
     * @param nanoTime the clock
     * @param holdNanos how long conntrack remembers a connection after its last packet, unless {@link #holdAtLeast} says more
     * @param reserved ports that are never used
     */
    PortLedger(LongSupplier nanoTime, long holdNanos, BitSet reserved) {
        this.nanoTime = nanoTime;
        this.holdNanos = holdNanos;
        this.taken = new BitSet(PORTS);
        this.reserved.set(0, FIRST_PORT);
        reserve(this.reserved);
        reserve(reserved);
    }

    /**
     * Leases a port to a mark: a random one; when hardly any are free, the next that is free after a random one; and when none
     * is, the mark's own that was released the longest ago.
     *
     * @param mark the mark of every packet that will be sent from it
     * @param random the worker's
     * @return the port, or {@link #NONE} if every port belongs to another mark
     */
    public synchronized int lease(int mark, RandomNumbers random) {
        if (marks == null) {
            marks = new int[PORTS];
            releasedAt = new long[PORTS];
            held = new PortQueues();
            heldByMark = new PortQueues();
            lines = new AtomicReferenceArray<>(PORTS);
        }
        forget(nanoTime.getAsLong());
        int port = NONE;
        for (int draw = 0; draw < DRAWS; draw++) {
            port = FIRST_PORT + random.next(RANGE);
            if (isFree(port, mark)) {
                return lease(port, mark);
            }
        }
        port = nextFree(port);
        if (port == NONE) {
            port = heldByMark.first(mark);
        }
        return port == NONE ? NONE : lease(port, mark);
    }

    /**
     * @return how many ports not every mark may have: those of open sockets, and those that conntrack remembers
     */
    public synchronized int taken() {
        if (held != null) {
            forget(nanoTime.getAsLong());
        }
        BitSet inUse = (BitSet) taken.clone();
        inUse.andNot(reserved);
        return inUse.cardinality();
    }

    /** Gives the ports back to all marks that conntrack must have forgotten. */
    private void forget(long now) {
        for (int port = held.first(ALL); port != NONE && now - releasedAt[port] > holdNanos; port = held.first(ALL)) {
            unhold(port);
            giveBack(port);
        }
    }

    private void giveBack(int port) {
        taken.set(port, reserved.get(port));
    }

    private void unhold(int port) {
        held.remove(ALL, port);
        heldByMark.remove(marks[port], port);
    }

    private boolean isFree(int port, int mark) {
        return !taken.get(port) || heldByMark.contains(port) && marks[port] == mark;
    }

    /** The next port after a random one that every mark may have. */
    private int nextFree(int random) {
        int next = taken.nextClearBit(random);
        if (next >= PORTS) {
            next = taken.nextClearBit(FIRST_PORT);
        }
        return next < PORTS ? next : NONE;
    }

    private int lease(int port, int mark) {
        unhold(port);
        taken.set(port);
        marks[port] = mark;
        return port;
    }

    /**
     * Remembers that a socket is bound to a leased port, until the port comes back.
     *
     * @param line the socket's two ends
     */
    public void connected(Line line) {
        lines.set(line.source().port(), line);
    }

    /** The server that the socket at this address and port was opened to; null if none of ours is there. Asked per query. */
    Endpoint serverOf(Endpoint source) {
        AtomicReferenceArray<Line> all = lines;
        Line line = all == null ? null : all.get(source.port());
        return line != null && line.source().isSameHost(source) ? line.server() : null;
    }

    /** Leases these ports to no mark any more. */
    synchronized void reserve(BitSet ports) {
        reserved.or(ports);
        taken.or(ports);
        if (heldByMark != null) {
            ports.stream().filter(heldByMark::contains).forEach(port -> heldByMark.remove(marks[port], port));
        }
    }

    /** Holds ports for this long from now on, including those that are held already; a shorter time than before changes nothing. */
    synchronized void holdAtLeast(long nanos) {
        holdNanos = Math.max(holdNanos, nanos);
    }

    /**
     * Takes a port back whose connection conntrack does not know any more: every mark may have it.
     *
     * @param port a leased one
     */
    public synchronized void free(int port) {
        lines.set(port, null);
        giveBack(port);
    }

    /**
     * Takes a port back after its socket was closed; it stays with its mark for the hold time.
     *
     * @param port a leased one
     */
    public synchronized void release(int port) {
        hold(port);
        if (!reserved.get(port)) {
            heldByMark.add(marks[port], port);
        }
    }

    /**
     * Takes back a port that turned out to be somebody else's; no mark gets it for the hold time.
     *
     * @param port a leased one
     */
    public synchronized void setAside(int port) {
        hold(port);
    }

    private void hold(int port) {
        lines.set(port, null);
        releasedAt[port] = nanoTime.getAsLong();
        held.add(ALL, port);
    }
}

package org.waymark.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the meter keeps of an upstream 5-tuple: the mark that its queries are due, and the marks of packets still to be judged. */
final class Flow {
    static final long UNKNOWN = -1;

    /** A packet's marks. */
    record Marks(boolean outgoing, long ofPacket, long ofConnection) {}

    private final long[] pendingMark = new long[2];
    private final int[] pendingCount = new int[2];
    private List<Marks> early = new ArrayList<>(0);
    private long due = UNKNOWN;
    private long connection = UNKNOWN;
    private boolean answered;
    private long lastSeenNanos;
    private long silenceNanos;

    /** The mark that its queries are due, or {@link #UNKNOWN} before the first. */
    long due() {
        return due;
    }

    void due(long mark) {
        due = mark;
    }

    /**
     * Forgets which mark it was due when conntrack has made another connection of it.
     *
     * @param number the connection's number, which one that follows may have again
     * @param fresh whether conntrack has seen no answer on it
     */
    void isOf(long number, boolean fresh) {
        if (number != connection || fresh && answered) {
            due = UNKNOWN;
        }
        connection = number;
        answered = !fresh;
    }

    /** Forgets which mark it was due when it has been silent for so long that the kernel has forgotten, too. */
    void seen(long nowNanos, long memoryNanos) {
        silenceNanos = nowNanos - lastSeenNanos;
        if (silenceNanos > memoryNanos) {
            due = UNKNOWN;
        }
        lastSeenNanos = nowNanos;
    }

    /** How long it was silent before the packet that was seen last. */
    Duration silence() {
        return Duration.ofNanos(silenceNanos);
    }

    /** Keeps a packet's mark until the connection's mark, which is logged next, tells the rest. */
    void putPacketMark(boolean outgoing, long mark) {
        int direction = outgoing ? 1 : 0;
        if (pendingCount[direction]++ == 0 || mark != due) {
            pendingMark[direction] = mark;
        }
    }

    /** Returns the mark of the packet whose connection's mark is known now, or {@link #UNKNOWN} if it was not logged. */
    long takePacketMark(boolean outgoing) {
        int direction = outgoing ? 1 : 0;
        if (pendingCount[direction] == 0) {
            return UNKNOWN;
        }
        pendingCount[direction]--;
        return pendingMark[direction];
    }

    /** Keeps the marks of a packet that came before the first query of its connection. */
    void putEarly(Marks marks) {
        early.add(marks);
    }

    /** Returns what was kept since the last call. */
    List<Marks> takeEarly() {
        List<Marks> taken = early;
        if (!taken.isEmpty()) {
            early = new ArrayList<>(0);
        }
        return taken;
    }

    int earlyPackets() {
        return early.size();
    }
}

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
    private long lastSeenNanos;
    private long silenceNanos;

    /** The mark that its queries are due, or {@link #UNKNOWN} before the first. */
    long due() {
        return due;
    }

    void due(long mark) {
        due = mark;
    }

    /** Notes that a packet was seen. */
    void seen(long nowNanos) {
        silenceNanos = nowNanos - lastSeenNanos;
        lastSeenNanos = nowNanos;
    }

    /** How long it was silent before the packet that was seen last. */
    Duration silence() {
        return Duration.ofNanos(silenceNanos);
    }

    /** Forgets what was due, because the kernel knows no connection of this 5-tuple; returns how many packets were never judged. */
    int begin() {
        due = UNKNOWN;
        return takeEarly().size();
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

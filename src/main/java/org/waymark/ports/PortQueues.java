package org.waymark.ports;

import io.netty.util.collection.IntObjectHashMap;

/**
 * Queues of ports, each with a number; a port is in one of them at most. Any port may leave at any time, and every method takes
 * the same time however many there are: each queue is a ring, linked both ways by two arrays that have a place for each port.
 */
final class PortQueues {
    /** No port. */
    static final int NONE = 0;

    private static final int PORTS = 1 << 16;

    private final char[] next = new char[PORTS];
    private final char[] previous = new char[PORTS];
    private final IntObjectHashMap<Integer> first = new IntObjectHashMap<>();

    /** Whether a port, which is not {@link #NONE}, is in any queue. */
    boolean contains(int port) {
        return next[port] != NONE;
    }

    /** Returns the port that has been in a queue the longest, or {@link #NONE}. */
    int first(int queue) {
        return first.getOrDefault(queue, NONE);
    }

    /** Appends a port that is in no queue. */
    void add(int queue, int port) {
        Integer head = first.putIfAbsent(queue, port);
        int after = head == null ? port : head;
        int before = head == null ? port : previous[after];
        link(before, port);
        link(port, after);
    }

    /** Removes a port from the queue that it is in; does nothing if it is in none. */
    void remove(int queue, int port) {
        if (!contains(port)) {
            return;
        }
        int after = next[port];
        link(previous[port], after);
        next[port] = NONE;
        if (after == port) {
            first.remove(queue);
        } else if (first(queue) == port) {
            first.put(queue, (Integer) after);
        }
    }

    private void link(int port, int after) {
        next[port] = (char) after;
        previous[after] = (char) port;
    }
}

package org.waymark.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What one worker has had from one server. Only the worker's own thread may count; any thread may read. */
public final class ServerCounts {
    /** What is counted. */
    public enum Count {
        /** Questions that were sent, each try for itself, and the copies that find out how a server does. */
        TRIES,
        /** Answers in time. */
        ANSWERS,
        /** Questions that had their time without an answer. */
        TIMEOUTS,
        /** Questions that the network or the server refused. */
        ERRORS
    }

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[Count.values().length];
    private final Histogram roundTrips = new Histogram();

    /**
     * Adds one.
     *
     * @param count which event
     */
    public void add(Count count) {
        int index = count.ordinal();
        ELEMENT.setOpaque(values, index, values[index] + 1);
    }

    /**
     * Counts an answer.
     *
     * @param roundTripNanos from the question to the answer
     */
    public void answered(long roundTripNanos) {
        add(Count.ANSWERS);
        roundTrips.add(roundTripNanos);
    }

    /**
     * @param count which event
     * @return how often it has happened, as far as this thread can see yet
     */
    public long get(Count count) {
        return (long) ELEMENT.getOpaque(values, count.ordinal());
    }

    /**
     * @return from question to answer
     */
    public Histogram roundTrips() {
        return roundTrips;
    }
}

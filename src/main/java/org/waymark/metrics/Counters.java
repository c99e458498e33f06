package org.waymark.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The counts of one worker. Only its own thread adds; every thread may read. */
public final class Counters {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[Count.values().length];

    /**
     * Adds one; for the worker's own thread alone.
     *
     * @param count what happened
     */
    public void add(Count count) {
        int index = count.ordinal();
        ELEMENT.setOpaque(values, index, values[index] + 1);
    }

    /**
     * @param count what to read
     * @return how often it has happened, as far as this thread can see by now
     */
    public long get(Count count) {
        return (long) ELEMENT.getOpaque(values, count.ordinal());
    }
}

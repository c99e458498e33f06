package org.waymark.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;

/** The counts of one worker. Only its own thread adds; every thread may read. */
public final class Counters {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private static final VarHandle EXAMPLE = MethodHandles.arrayElementVarHandle(String[].class);

    private final long[] values = new long[Count.values().length];
    private final String[] examples = new String[Count.values().length];

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
     * Adds one, and keeps the example unless an earlier one has not been taken yet. Only the worker's own thread may call this.
     *
     * @param count what happened
     * @param example says what it was about
     */
    public void add(Count count, Supplier<String> example) {
        add(count);
        if (EXAMPLE.getOpaque(examples, count.ordinal()) == null) {
            EXAMPLE.setRelease(examples, count.ordinal(), example.get());
        }
    }

    /**
     * @param count what happened
     * @return what the first one since the last call was about; null if there was none
     */
    public String takeExample(Count count) {
        return (String) EXAMPLE.getAndSet(examples, count.ordinal(), (String) null);
    }

    /**
     * @param count what to read
     * @return how often it has happened, as far as this thread can see by now
     */
    public long get(Count count) {
        return (long) ELEMENT.getOpaque(values, count.ordinal());
    }
}

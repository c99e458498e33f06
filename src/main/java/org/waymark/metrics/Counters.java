package org.waymark.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;

/** The counters of one worker. Only its own thread may add; any thread may read. */
public final class Counters {
    /** How many response codes the header of a message can have. */
    public static final int RCODES = 16;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private static final VarHandle EXAMPLE = MethodHandles.arrayElementVarHandle(String[].class);

    private final long[] values = new long[Count.values().length];
    private final String[] examples = new String[Count.values().length];
    private final long[] responses = new long[RCODES];
    private final Histogram requestDurations = new Histogram();
    private final MarkCounts marks = new MarkCounts();
    private final ClientCounts clients = new ClientCounts();

    /**
     * Adds one. Only the worker's own thread may call this.
     *
     * @param count which event
     */
    public void add(Count count) {
        int index = count.ordinal();
        ELEMENT.setOpaque(values, index, values[index] + 1);
    }

    /**
     * Adds one, and keeps an example of the event until {@link #takeExample} is called, unless there already is one.
     * Only the worker's own thread may call this.
     *
     * @param count which event
     * @param example describes this event; called only if it is kept
     */
    public void add(Count count, Supplier<String> example) {
        add(count);
        if (EXAMPLE.getOpaque(examples, count.ordinal()) == null) {
            EXAMPLE.setRelease(examples, count.ordinal(), example.get());
        }
    }

    /**
     * Counts a response. Only the worker's own thread may call this.
     *
     * @param rcode as in the header of the message, 0 to 15
     * @param nanos how long after its query it leaves, in nanoseconds
     */
    public void responded(int rcode, long nanos) {
        ELEMENT.setOpaque(responses, rcode, responses[rcode] + 1);
        requestDurations.add(nanos);
    }

    /**
     * @param rcode as in the header of a message, 0 to 15
     * @return the responses with it, as far as this thread can see yet
     */
    public long responses(int rcode) {
        return (long) ELEMENT.getOpaque(responses, rcode);
    }

    /**
     * @return how long after their queries the responses have left
     */
    public Histogram requestDurations() {
        return requestDurations;
    }

    /**
     * @return the queries of each connection mark
     */
    public MarkCounts marks() {
        return marks;
    }

    /**
     * @return the clients with the most queries
     */
    public ClientCounts clients() {
        return clients;
    }

    /**
     * @param count which event
     * @return the example of the first event since the last call; null if there was none
     */
    public String takeExample(Count count) {
        return (String) EXAMPLE.getAndSet(examples, count.ordinal(), (String) null);
    }

    /**
     * @param count which event
     * @return how often it has happened, as far as this thread can see yet
     */
    public long get(Count count) {
        return (long) ELEMENT.getOpaque(values, count.ordinal());
    }
}

package org.waymark.feed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.waymark.forward.QueryEnd;

/**
 * The events of one worker for one watcher: a ring with one writer and one reader, neither of which ever waits for the other. An event that
 * finds no place is counted.
 */
final class EventRing {
    /** A power of two. More than that between two looks is more than anybody wants to see. */
    static final int SLOTS = 512;

    private static final VarHandle EVENT = MethodHandles.arrayElementVarHandle(QueryEvent[].class);
    private static final VarHandle LEFT_OUT;

    static {
        try {
            LEFT_OUT = MethodHandles.lookup().findVarHandle(EventRing.class, "leftOut", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Filter filter;

    /** A slot with an event is the reader's, an empty one the writer's. */
    private final QueryEvent[] events = new QueryEvent[SLOTS];

    /** The writer's. */
    private int next;

    private volatile long leftOut;

    /** The reader's. */
    private int oldest;

    private long leftOutBefore;

    EventRing(Filter filter) {
        this.filter = filter;
    }

    /** Whether this event is one for the watcher. To be called by the writer. */
    boolean wants(QueryEnd end) {
        return filter.matches(end);
    }

    /** Adds an event, or counts it as left out. To be called by the writer. */
    void offer(QueryEvent event) {
        if (EVENT.getAcquire(events, next) != null) {
            LEFT_OUT.setOpaque(this, leftOut + 1);
            return;
        }
        EVENT.setRelease(events, next, event);
        next = next + 1 & SLOTS - 1;
    }

    /** Moves the events to a list. To be called by the reader. */
    void drainTo(List<QueryEvent> list) {
        QueryEvent event = (QueryEvent) EVENT.getAcquire(events, oldest);
        // Not more than there are slots, though the writer may go on.
        for (int i = 0; i < SLOTS && event != null; i++) {
            list.add(event);
            EVENT.setRelease(events, oldest, null);
            oldest = oldest + 1 & SLOTS - 1;
            event = (QueryEvent) EVENT.getAcquire(events, oldest);
        }
    }

    /** Returns how many were left out since the last call. To be called by the reader. */
    long takeLeftOut() {
        long now = leftOut;
        long news = now - leftOutBefore;
        leftOutBefore = now;
        return news;
    }
}

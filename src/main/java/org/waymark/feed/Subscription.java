package org.waymark.feed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** The queries that somebody watches. One thread at a time may use it. */
public final class Subscription implements AutoCloseable {
    /** How often {@link #drain} should be called, in milliseconds: in this time a worker holds some hundred events. */
    public static final long INTERVAL_MILLIS = 100;

    private final List<EventRing> workers;
    private final Runnable onClose;
    private final List<QueryEvent> events = new ArrayList<>();

    Subscription(List<EventRing> workers, Runnable onClose) {
        this.workers = workers;
        this.onClose = onClose;
    }

    /**
     * Hands on what has come since the last call, in the order of time.
     *
     * @param watcher gets each event
     * @return how many events were left out meanwhile because there were too many
     */
    public long drain(Consumer<QueryEvent> watcher) {
        long leftOut = 0;
        for (EventRing ring : workers) {
            ring.drainTo(events);
            leftOut += ring.takeLeftOut();
        }
        events.sort(Comparator.comparingLong(QueryEvent::epochMillis));
        events.forEach(watcher);
        events.clear();
        return leftOut;
    }

    /** Ends it. */
    @Override
    public void close() {
        onClose.run();
    }
}

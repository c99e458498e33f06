package org.waymark.worker;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.waymark.forward.InFlight;

/**
 * Whether a worker's loop turns, and what was in flight when it was asked latest. Nobody waits for a worker: it answers when it gets to it.
 */
final class Pulse {
    private static final long NOT_ASKED = Long.MIN_VALUE;

    private final Executor loop;
    private final Supplier<InFlight> inFlight;
    private final LongSupplier nanoTime;
    private final AtomicLong askedAt = new AtomicLong(NOT_ASKED);
    private volatile InFlight latest = new InFlight(0, 0);

    /**
     * @param loop runs the worker's tasks
     * @param inFlight what is in flight; to be called by the worker
     * @param nanoTime the clock
     */
    Pulse(Executor loop, Supplier<InFlight> inFlight, LongSupplier nanoTime) {
        this.loop = loop;
        this.inFlight = inFlight;
        this.nanoTime = nanoTime;
    }

    /** Asks the worker, unless it still owes the answer. */
    void ask() {
        if (askedAt.compareAndSet(NOT_ASKED, nanoTime.getAsLong())) {
            loop.execute(this::answer);
        }
    }

    private void answer() {
        latest = inFlight.get();
        askedAt.set(NOT_ASKED);
    }

    InFlight latest() {
        return latest;
    }

    /** For how long the worker has owed an answer, in nanoseconds; 0 if it owes none. */
    long silentNanos() {
        long since = askedAt.get();
        return since == NOT_ASKED ? 0 : nanoTime.getAsLong() - since;
    }
}

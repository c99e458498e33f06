package org.waymark.sets;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An answer that waits until its addresses are in their sets, or its time is over. Thread-safe. */
final class HeldAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(HeldAnswer.class);

    private final Consumer<Boolean> done;
    private final long deadline;
    private final AtomicInteger missing = new AtomicInteger();
    private final AtomicBoolean settled = new AtomicBoolean();

    /**
     * @param deadline when its time is over, as {@link System#nanoTime} counts
     * @param done is told once whether everything that it waits for has come
     */
    HeldAnswer(long deadline, Consumer<Boolean> done) {
        this.deadline = deadline;
        this.done = done;
    }

    /** It waits for some more. */
    void expect(int more) {
        missing.addAndGet(more);
    }

    /** One of those that it waits for has come. */
    void acknowledged() {
        if (missing.decrementAndGet() == 0) {
            settle(true);
        }
    }

    long deadline() {
        return deadline;
    }

    boolean isSettled() {
        return settled.get();
    }

    /** Whether nothing needs to be done for it any more. */
    boolean isOver(long now) {
        return isSettled() || deadline - now <= 0;
    }

    /** Tells how it ended, unless that is told already. */
    void settle(boolean there) {
        if (settled.compareAndSet(false, true)) {
            try {
                done.accept(there);
            } catch (RuntimeException e) {
                // Others wait for this thread, too.
                LOG.error("an answer that was held for its addresses can't go on", e);
            }
        }
    }
}

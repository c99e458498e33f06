package org.waymark.server;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does pieces of work again and again, one after the other on a thread of its own: no query waits for them. */
final class Periodic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Periodic.class);
    private static final long PATIENCE_SECONDS = 1;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "periodic");
        daemon.setDaemon(true);
        return daemon;
    });

    /**
     * @param period from the end of one time to the next
     * @param work what to do; if it throws, that is logged, and it is done again all the same
     */
    void every(long period, TimeUnit unit, Runnable work) {
        thread.scheduleWithFixedDelay(() -> doOnce(work), period, period, unit);
    }

    private static void doOnce(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            // The executor would never call again after one of these.
            LOG.error("what is done from time to time has failed", e);
        }
    }

    /** Begins nothing more, and waits for what has begun, 1 s at most. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

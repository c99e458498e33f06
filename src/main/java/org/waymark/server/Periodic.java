package org.waymark.server;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does work periodically, one piece after the other on its own thread, so that no query waits for it. */
final class Periodic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Periodic.class);
    private static final long PATIENCE_SECONDS = 1;

    private final ScheduledExecutorService thread;

    /**
     * @param name the name of the thread
     */
    Periodic(String name) {
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, name);
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /**
     * Does a piece of work periodically.
     *
     * @param period the time from the end of one run to the start of the next
     * @param work what to do; if it throws, that is logged, and the work is done again all the same
     */
    void every(long period, TimeUnit unit, Runnable work) {
        thread.scheduleWithFixedDelay(() -> doOnce(work), period, period, unit);
    }

    private static void doOnce(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            // After an exception the executor would never call again.
            LOG.error("periodic work has failed", e);
        }
    }

    /** Starts nothing more, and waits at most 1 s for what has started. */
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

package org.waymark.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.waymark.systemd.Notifier;

/**
 * Has systemd restart Waymark when a worker hangs: tells it again and again that all is well, as long as the loop of each worker turns. The
 * notices come from a thread of its own, because the others may wait for the host. If the whole process stands still, there is no notice
 * either.
 */
final class Watchdog implements AutoCloseable {
    /** So that one question that is answered late does no harm. */
    private static final int QUESTIONS_IN_TIME = 4;

    private final Periodic thread = new Periodic("watchdog");

    /**
     * @param period how often systemd wants to hear from this process at least
     * @param haveTurned says whether the loop of each worker has turned since the last call
     */
    Watchdog(Duration period, BooleanSupplier haveTurned, Notices notices) {
        thread.every(period.toNanos() / QUESTIONS_IN_TIME, TimeUnit.NANOSECONDS, () -> {
            if (haveTurned.getAsBoolean()) {
                notices.send(Notifier::watchdog);
            }
        });
    }

    @Override
    public void close() {
        thread.close();
    }
}

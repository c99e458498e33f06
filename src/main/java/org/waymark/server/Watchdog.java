package org.waymark.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.waymark.systemd.Notifier;
import org.waymark.worker.Pulses;

/**
 * Has systemd restart Waymark when a worker hangs: tells it again and again that all is well, as long as the loop of each worker turns. The
 * notices come from a thread of its own, because the others may wait for the host. If the whole process stands still, there is no notice
 * either.
 */
final class Watchdog implements AutoCloseable {
    /** So that one question that is answered late does no harm. */
    private static final int QUESTIONS_IN_TIME = 4;

    private final Periodic thread = new Periodic("watchdog");

    private final Pulses pulses;
    private final Notices notices;
    private final Duration betweenQuestions;

    /**
     * @param period how often systemd wants to hear from this process at least
     * @param pulses those of all workers
     */
    Watchdog(Duration period, Pulses pulses, Notices notices) {
        this.pulses = pulses;
        this.notices = notices;
        this.betweenQuestions = period.dividedBy(QUESTIONS_IN_TIME);
        thread.every(betweenQuestions.toNanos(), TimeUnit.NANOSECONDS, this::look);
    }

    /** Somebody else may have asked just before: a worker has hung only if it owes the answer to the question of the last time. */
    private void look() {
        boolean isWell = pulses.silences().stream().allMatch(silence -> silence.compareTo(betweenQuestions) < 0);
        pulses.feel();
        if (isWell) {
            notices.send(Notifier::watchdog);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}

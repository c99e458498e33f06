package org.waymark.sets;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells answers that their time is over, whatever the writer is doing: while another program's transaction is at work, the kernel lets the
 * writer wait. All have the same time, so they end in the order in which they come, and few wait for long: a sleep that has begun is not
 * broken off when the answer it is for can leave.
 */
final class Deadline implements AutoCloseable {
    /** How long an answer is held. */
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final BlockingQueue<HeldAnswer> held = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::watch, "deadline of sets");
    private volatile boolean open = true;

    Deadline() {
        thread.setDaemon(true);
        thread.start();
    }

    /** The moment when an answer that is held from now on must be told. */
    static long from(long now) {
        return now + NANOS;
    }

    /** Sees to it that an answer is told in time. */
    void watch(HeldAnswer answer) {
        held.add(answer);
    }

    private void watch() {
        try {
            while (open) {
                HeldAnswer next = held.take();
                while (open && !next.isSettled() && next.deadline() - System.nanoTime() > 0) {
                    LockSupport.parkNanos(next.deadline() - System.nanoTime());
                }
                next.settle(false);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
        held.forEach(each -> each.settle(false));
    }

    @Override
    public void close() {
        open = false;
        thread.interrupt();
    }
}

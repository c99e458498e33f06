package org.waymark.loop;

import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A loop that runs on Netty's event loop.
 *
 * @param netty the event loop, with which Netty's own sockets are registered as well
 */
public record NettyLoop(IoEventLoop netty) implements Loop {
    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        netty.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        netty.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    /** Netty stops repeating a task that throws, so what it repeats only hands the task to the loop. */
    @Override
    public Repetition repeat(Runnable task, long periodNanos) {
        Future<?> repeated =
                netty.scheduleWithFixedDelay(() -> netty.execute(task), periodNanos, periodNanos, TimeUnit.NANOSECONDS);
        return () -> repeated.cancel(false);
    }
}

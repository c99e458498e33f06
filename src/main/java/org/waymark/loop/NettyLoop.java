package org.waymark.loop;

import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * An event loop of Netty's.
 *
 * @param netty what Netty's own sockets are registered with
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

    /** A plain schedule would end with the first exception. */
    @Override
    public Repetition repeat(Runnable task, long periodNanos) {
        Future<?> repeated =
                netty.scheduleWithFixedDelay(() -> netty.execute(task), periodNanos, periodNanos, TimeUnit.NANOSECONDS);
        return () -> repeated.cancel(false);
    }
}

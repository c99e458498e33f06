package org.waymark.linux;

import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Does a piece of work on an event loop again and again. */
public final class Repeated {
    private Repeated() {}

    /**
     * @param loop the event loop
     * @param millis from the end of one time to the next
     * @param work what to do; if it throws, that is logged, and it is done again all the same: a plain schedule would end
     * @return to be cancelled when it is done no more
     */
    public static Future<?> every(IoEventLoop loop, long millis, Runnable work) {
        return loop.scheduleWithFixedDelay(() -> loop.execute(work), millis, millis, TimeUnit.MILLISECONDS);
    }
}

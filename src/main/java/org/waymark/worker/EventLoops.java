package org.waymark.worker;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.waymark.host.StartException;

/** Event loops, each with a thread of its own. */
public final class EventLoops {
    private EventLoops() {}

    /**
     * @param count how many
     * @param threads what their threads are called
     * @return the loops, which the caller shuts down
     * @throws StartException if too few files may be open
     */
    public static IoEventLoopGroup make(int count, String threads) throws StartException {
        try {
            return new MultiThreadIoEventLoopGroup(
                    count, new DefaultThreadFactory(threads, true), EpollIoHandler.newFactory());
        } catch (IllegalStateException e) {
            String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new StartException(
                    "can't make " + (count == 1 ? "an event loop" : count + " event loops") + ": " + reason + ": "
                            + StartException.MORE_FILES,
                    e);
        }
    }
}

package org.waymark.server;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import java.util.concurrent.TimeUnit;
import org.waymark.host.StartException;
import org.waymark.worker.EventLoops;

/** One thread beside the workers, for what operators ask a running Waymark. No query waits for it. */
final class Operators implements AutoCloseable {
    private final IoEventLoopGroup group;

    /**
     * @throws StartException if too few files may be open
     */
    Operators() throws StartException {
        group = EventLoops.make(1, "operators");
    }

    IoEventLoop loop() {
        return group.next();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}

package org.waymark.worker;

import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.Callable;
import org.waymark.linux.LinuxException;

/** A worker that runs on its event loop, for other threads. */
record Running(IoEventLoop loop, Worker worker, Pulse pulse) {
    Running(IoEventLoop loop, Worker worker) {
        this(loop, worker, new Pulse(loop, worker::inFlight, System::nanoTime));
    }

    /** Something that the kernel may refuse. */
    interface Action {
        void run() throws LinuxException;
    }

    <T> T ask(Callable<T> question) {
        return loop.submit(question).awaitUninterruptibly().getNow();
    }

    void run(Runnable action) {
        loop.submit(action).awaitUninterruptibly();
    }

    /** Starts an action, whose failure the future tells. */
    Future<Void> start(Action action) {
        return loop.submit(() -> {
            action.run();
            return null;
        });
    }
}

package org.waymark.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/** How a server does in the whole process: for how many marks (and transports and workers) it is down. */
public final class ServerState {
    private final Server server;
    private final AtomicInteger down = new AtomicInteger();

    /**
     * @param server the server
     */
    public ServerState(Server server) {
        this.server = server;
    }

    /**
     * @return the server
     */
    public Server server() {
        return server;
    }

    /**
     * @return for how many marks it is down now, each worker and transport counted for itself
     */
    public int downCount() {
        return down.get();
    }

    void down() {
        down.incrementAndGet();
    }

    void up() {
        down.decrementAndGet();
    }
}

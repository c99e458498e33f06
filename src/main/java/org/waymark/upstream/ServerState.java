package org.waymark.upstream;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** How a server does in the whole process: for how many marks (and transports and workers) it is down. */
public final class ServerState {
    private final Server server;
    private final AtomicInteger down = new AtomicInteger();
    private final AtomicBoolean recovered = new AtomicBoolean();
    private final AtomicReference<String> problem = new AtomicReference<>();

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

    /**
     * @return whether it has answered, since this was called last, for a mark for which it was down
     */
    public boolean takeRecovered() {
        return recovered.getAndSet(false);
    }

    /**
     * @return what was wrong with it latest, where that is known; null if nothing was since this was called last
     */
    public String takeProblem() {
        return problem.getAndSet(null);
    }

    void problem(String description) {
        problem.set(description);
    }

    void down() {
        down.incrementAndGet();
    }

    /** It has answered for a mark for which it was down. */
    void recovered() {
        recovered.set(true);
        down.decrementAndGet();
    }

    /** For a mark for which it was down nobody asks it any more. */
    void forgotten() {
        down.decrementAndGet();
    }
}

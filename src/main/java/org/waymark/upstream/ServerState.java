package org.waymark.upstream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.waymark.linux.Errno;

/** How a server does in the whole process: for how many marks (and transports and workers) it is down, and why. */
public final class ServerState {
    /** What {@link #answeredMark} returns if there is none. */
    public static final long NONE = -1;

    /**
     * The kernel does not send to the server.
     *
     * @param mark the mark of what was to be sent
     * @param errno why not
     */
    public record Unreachable(int mark, Errno errno) {}

    private final Server server;
    private final AtomicInteger down = new AtomicInteger();
    private final AtomicReference<String> problem = new AtomicReference<>();
    private final AtomicReference<Unreachable> unreachable = new AtomicReference<>();
    private final AtomicLong answered = new AtomicLong(NONE);

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
     * @return what was wrong with it latest, where that is known; null if nothing was since this was called last
     */
    public String takeProblem() {
        return problem.getAndSet(null);
    }

    void problem(String description) {
        problem.set(description);
    }

    /**
     * @return why the kernel did not send to it latest; null if it did since this was called last
     */
    public Unreachable takeUnreachable() {
        return unreachable.getAndSet(null);
    }

    void unreachable(int mark, Errno errno) {
        unreachable.set(new Unreachable(mark, errno));
    }

    /**
     * @return a mark that it answers, 32 bits, unsigned; {@link #NONE} if none is known
     */
    public long answeredMark() {
        return answered.get();
    }

    /** It has answered a question of this mark. Workers share this, so it is written only when no mark is known. */
    void answered(int mark) {
        if (answered.get() == NONE) {
            answered.compareAndSet(NONE, Integer.toUnsignedLong(mark));
        }
    }

    /** Nobody knows any more whether it answers this mark. */
    void forget(int mark) {
        answered.compareAndSet(Integer.toUnsignedLong(mark), NONE);
    }

    void down(int mark) {
        down.incrementAndGet();
        forget(mark);
    }

    void up() {
        down.decrementAndGet();
    }
}

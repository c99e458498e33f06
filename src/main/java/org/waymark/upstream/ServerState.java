package org.waymark.upstream;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.metrics.Counters;
import org.waymark.metrics.ServerCounts;

/** How a server does in the whole process: for how many marks (and transports and workers) it is down, and why. */
public final class ServerState {
    /** Workers share what is remembered of answers, so it is written seldom. */
    private static final long ANSWERS_APART_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * An answer.
     *
     * @param mark the mark of the question
     * @param atNanos when it came, as {@link System#nanoTime} tells it
     */
    public record Answered(int mark, long atNanos) {}

    /**
     * The kernel does not send to the server.
     *
     * @param mark the mark of what was to be sent
     * @param errno why not
     */
    public record Unreachable(int mark, Errno errno) {}

    private final UpstreamServer server;
    private final Endpoint endpoint;
    private final Map<Counters, ServerCounts> counts = new ConcurrentHashMap<>();
    private final AtomicInteger down = new AtomicInteger();
    private final AtomicBoolean recovered = new AtomicBoolean();
    private final AtomicReference<String> problem = new AtomicReference<>();
    private final AtomicReference<Unreachable> unreachable = new AtomicReference<>();
    private volatile Answered answered;
    private volatile int latestDown;
    private volatile long wentDownAt;

    /**
     * @param server the server
     */
    public ServerState(UpstreamServer server) {
        this.server = server;
        this.endpoint = Endpoint.of(server.address());
    }

    /**
     * @return the server
     */
    public UpstreamServer server() {
        return server;
    }

    /**
     * @return where it listens; to be read only
     */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** What a worker has had from it; the worker is known by its counters. */
    ServerCounts countsOf(Counters worker) {
        return counts.computeIfAbsent(worker, added -> new ServerCounts());
    }

    /**
     * @return what each worker has had from it
     */
    public Collection<ServerCounts> counts() {
        return List.copyOf(counts.values());
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

    /**
     * @return why the kernel did not send to it latest; null if it did since this was called last
     */
    public Unreachable takeUnreachable() {
        return unreachable.getAndSet(null);
    }

    void unreachable(int mark, Errno errno) {
        unreachable.set(new Unreachable(mark, errno));
        forgetAnswer(mark);
    }

    /**
     * @return one of its latest answers, to a mark that is not known to be down since; null if none is known
     */
    public Answered answered() {
        return answered;
    }

    void answered(int mark, long nowNanos) {
        Answered latest = answered;
        if (latest == null || nowNanos - latest.atNanos > ANSWERS_APART_NANOS) {
            answered = new Answered(mark, nowNanos);
        }
    }

    /**
     * @return the mark for which it has gone down latest
     */
    public int latestDown() {
        return latestDown;
    }

    /**
     * @return whether it answers: it is down for no mark, or has answered another one since it went down
     */
    public boolean isUp() {
        if (down.get() == 0) {
            return true;
        }
        Answered latest = answered;
        return latest != null && latest.atNanos - wentDownAt > -ANSWERS_APART_NANOS;
    }

    void down(int mark, long nowNanos) {
        latestDown = mark;
        wentDownAt = nowNanos;
        down.incrementAndGet();
        forgetAnswer(mark);
    }

    /** Not to be named as a mark that does better. */
    private void forgetAnswer(int mark) {
        Answered latest = answered;
        if (latest != null && latest.mark == mark) {
            answered = null;
        }
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

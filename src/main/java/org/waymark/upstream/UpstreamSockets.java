package org.waymark.upstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.waymark.loop.EndOfTurn;
import org.waymark.loop.Loop;
import org.waymark.metrics.Counters;
import org.waymark.ports.PortLedgers;
import org.waymark.ports.RandomNumbers;
import org.waymark.watch.Looks;
import org.waymark.watch.Pace;

/**
 * All sockets and connections of one worker to servers. Everything here runs on the worker's event loop. What is sent within
 * one turn of the loop goes to the kernel at its end, the datagrams of each socket together.
 */
public final class UpstreamSockets {
    private static final long SWEEP_NANOS = Pace.TICK_NANOS;
    /** A pending question may still be asked again; the longest that all tries may take is 60 s. */
    private static final long LAST_QUESTIONS_NANOS = TimeUnit.SECONDS.toNanos(61);

    private static final long MAKE_ROOM_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final WorkerResources resources;
    private final List<ServerAccess> servers = new ArrayList<>();
    /** With the time since which nothing new asks them. */
    private final Map<ServerAccess, Long> retired = new HashMap<>();

    private final ArrayDeque<UpstreamSocket> withMail = new ArrayDeque<>();
    private final EndOfTurn endOfTurn;
    private final Loop.Repetition sweeping;
    private long madeRoomAt;

    /**
     * @param loop the worker's
     * @param limits the worker's
     * @param ports the process's port ledgers
     * @param network where sockets come from; the worker's, and closed together with this
     * @param random what ids and ports are drawn from; nobody must be able to guess them
     * @param counters the worker's
     * @param looks the worker's, told whether a few connections have the marks of their queries
     * @param observer is told of every question and answer while it is on
     */
    public UpstreamSockets(
            Loop loop,
            SocketLimits limits,
            PortLedgers ports,
            NetworkStack network,
            RandomGenerator random,
            Counters counters,
            Looks looks,
            QuestionObserver observer) {
        this.resources =
                new WorkerResources(loop, limits, ports, network, new RandomNumbers(random), counters, looks, observer);
        this.endOfTurn = new EndOfTurn(loop, this::sendAll);
        this.madeRoomAt = loop.nanoTime();
        this.sweeping = loop.repeat(this::sweep, SWEEP_NANOS);
    }

    private void sweep() {
        resources.watch().tick();
        sweep(resources.loop().nanoTime(), resources.isFull());
    }

    /**
     * Replaces the limits. Sockets that are open stay open until their time is over.
     *
     * @param replacing the worker's from now on
     */
    public void limits(SocketLimits replacing) {
        resources.limits(replacing);
    }

    /**
     * @param state a server, and how it does in the whole process
     * @return the way to it
     */
    public ServerAccess accessTo(ServerState state) {
        ServerAccess server = new ServerAccess(this, resources, state);
        servers.add(server);
        return server;
    }

    /**
     * Asks a server nothing new. Pending questions may still be asked and answered; its sockets are closed when their time is over.
     *
     * @param server the way to it, which must not be used for new questions any more
     */
    public void retire(ServerAccess server) {
        retired.put(server, resources.loop().nanoTime());
    }

    /**
     * @return all bits that are set in the marks of sockets that are open, or were a moment ago
     */
    public int bitsOfMarks() {
        return servers.stream().mapToInt(ServerAccess::bitsOfMarks).reduce(0, (one, other) -> one | other);
    }

    /**
     * Waits no longer for the answer to a question; one that comes later is foreign.
     *
     * @param query the question; nothing happens if it is not under way
     */
    public void cancel(UpstreamQuery query) {
        if (query.socket() != null) {
            query.socket().drop(query);
        }
    }

    /**
     * The same for a question whose server has had its time, which counts against the server.
     *
     * @param query the question; nothing happens if it is not under way
     */
    public void timedOut(UpstreamQuery query) {
        if (query.socket() != null) {
            query.socket().timedOut(query);
        }
    }

    /**
     * Goes on with a zone transfer: its next message may come, now or later.
     *
     * @param transfer one that is under way, whose last message has been dealt with
     */
    public void readOn(UpstreamQuery transfer) {
        transfer.socket().readOn();
    }

    void send(UpstreamSocket socket, UpstreamQuery query, long nowNanos) {
        if (socket.toSend.isEmpty()) {
            withMail.add(socket);
            endOfTurn.request();
        }
        socket.take(query, nowNanos);
    }

    /** A question that fails here may be sent to another server at once, so the list may grow meanwhile. */
    private void sendAll() {
        for (UpstreamSocket socket = withMail.poll(); socket != null; socket = withMail.poll()) {
            socket.send();
        }
    }

    /** Closes sockets that nothing is open on before their time, though not at every question. */
    void makeRoom(long nowNanos) {
        if (nowNanos - madeRoomAt > MAKE_ROOM_NANOS) {
            madeRoomAt = nowNanos;
            sweep(nowNanos, true);
        }
    }

    private void sweep(long nowNanos, boolean socketsAreShort) {
        for (ServerAccess server : servers) {
            server.sweep(nowNanos, socketsAreShort);
        }
        resources.finished().sweep(nowNanos);
        if (!retired.isEmpty()) {
            servers.removeIf(server -> isOver(server, nowNanos) && retired.remove(server) != null);
        }
    }

    private boolean isOver(ServerAccess server, long nowNanos) {
        Long since = retired.get(server);
        return since != null && nowNanos - since > LAST_QUESTIONS_NANOS && server.isIdle();
    }

    /**
     * Forgets how the servers do, and closes the sockets and connections that nothing is open on.
     *
     * @return what that was
     */
    public Forgotten forget() {
        long now = resources.loop().nanoTime();
        return servers.stream().map(server -> server.forget(now)).reduce(Forgotten.NOTHING, Forgotten::plus);
    }

    /**
     * @param most the largest length of the list
     * @return how the servers do, for each mark that is remembered
     */
    public List<ServerPath> paths(int most) {
        List<ServerPath> paths = new ArrayList<>();
        servers.forEach(server -> server.addPathsTo(paths, most));
        return paths;
    }

    /**
     * Closes every socket and connection.
     *
     * @return whether servers may still send something
     */
    public boolean close() {
        sweeping.stop();
        servers.forEach(ServerAccess::close);
        boolean answersDue = resources.finished().areAnswersDue();
        resources.finished().close(resources.loop().nanoTime());
        resources.network().close();
        return answersDue;
    }
}

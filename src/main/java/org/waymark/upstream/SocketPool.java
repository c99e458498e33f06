package org.waymark.upstream;

import java.util.ArrayList;
import java.util.List;
import org.waymark.linux.Errno;
import org.waymark.metrics.Count;

/**
 * The sockets to one server over one transport with one mark. A question takes a random one of those that are open, and
 * opens another when that one is busy.
 */
final class SocketPool {
    /** Opens a socket that tells the pool when it ends by itself. */
    interface Opener {
        UpstreamSocket open(SocketPool pool) throws CannotOpenException;
    }

    final Health health;
    private final WorkerResources resources;
    private final int busyAt;
    private final Opener opener;
    private final List<UpstreamSocket> sockets = new ArrayList<>(1);
    private final List<UpstreamSocket> usable = new ArrayList<>(1);

    /**
     * @param busyAt how many open questions make a socket busy
     */
    SocketPool(WorkerResources resources, Health health, int busyAt, Opener opener) {
        this.resources = resources;
        this.health = health;
        this.busyAt = busyAt;
        this.opener = opener;
    }

    /**
     * Finds a socket for a question.
     *
     * @throws CannotOpenException if none is open and none can be opened
     */
    UpstreamSocket choose(long nowNanos) throws CannotOpenException {
        UpstreamSocket socket = anyThatTakesNew(nowNanos);
        if (socket != null && socket.openQuestions() < busyAt) {
            return socket;
        }
        Failure refusal = Failure.TOO_MANY_SOCKETS;
        if (usableSockets() >= resources.limits().socketsPerMark()) {
            resources.counters().add(Count.UPSTREAM_SOCKETS_PER_MARK_LIMIT);
        } else if (resources.takePlace()) {
            try {
                return open(nowNanos);
            } catch (CannotOpenException e) {
                resources.giveBackPlace();
                refusal = e.failure();
            }
        }
        // A busy one is better than none, and one whose time is over better than no answer.
        UpstreamSocket rather = socket != null && socket.hasRoom() ? socket : anyThatIsUsable();
        if (rather == null) {
            throw new CannotOpenException(refusal);
        }
        return rather;
    }

    /** Those of no more use are closed soon. */
    private long usableSockets() {
        return sockets.stream().filter(UpstreamSocket::isUsable).count();
    }

    /** The latest of them, since its source port has been seen for the shortest time. */
    private UpstreamSocket anyThatIsUsable() {
        for (int i = sockets.size() - 1; i >= 0; i--) {
            if (sockets.get(i).isUsable() && sockets.get(i).hasRoom()) {
                return sockets.get(i);
            }
        }
        return null;
    }

    private UpstreamSocket anyThatTakesNew(long nowNanos) {
        usable.clear();
        for (UpstreamSocket socket : sockets) {
            if (socket.takesNew(nowNanos)) {
                usable.add(socket);
            }
        }
        return switch (usable.size()) {
            case 0 -> null;
            case 1 -> usable.get(0);
            default -> usable.get(resources.random().next(usable.size()));
        };
    }

    private UpstreamSocket open(long nowNanos) throws CannotOpenException {
        UpstreamSocket socket;
        try {
            socket = opener.open(this);
        } catch (CannotOpenException e) {
            if (e.failure() == Failure.UNREACHABLE) {
                health.refused(nowNanos);
                if (!e.errno().equals(Errno.NONE)) {
                    health.unreachable(e.errno());
                }
            }
            throw e;
        }
        sockets.add(socket);
        return socket;
    }

    /** A socket has ended by itself. */
    void ended(UpstreamSocket socket) {
        if (sockets.remove(socket)) {
            resources.giveBackPlace();
        }
    }

    /** Closes the sockets that have served their time, or, when sockets are short, all that have nothing open. */
    void sweep(long nowNanos, boolean socketsAreShort) {
        for (int i = sockets.size() - 1; i >= 0; i--) {
            UpstreamSocket socket = sockets.get(i);
            if (socket.isDone(nowNanos) || socketsAreShort && socket.openQuestions() == 0) {
                sockets.remove(i);
                resources.giveBackPlace();
                socket.close(Failure.UNREACHABLE);
            }
        }
    }

    /** Forgets how the server does, and closes the sockets that nothing is open on. */
    Forgotten forget(long nowNanos) {
        int before = sockets.size();
        Forgotten forgotten = new Forgotten(0, health.roundTripNanos() > 0 ? 1 : 0, health.isDown() ? 1 : 0);
        health.reset(nowNanos);
        sweep(nowNanos, true);
        return forgotten.plus(new Forgotten(before - sockets.size(), 0, 0));
    }

    boolean isEmpty() {
        return sockets.isEmpty();
    }

    void close() {
        health.forget();
        for (UpstreamSocket socket : List.copyOf(sockets)) {
            ended(socket);
            socket.close(Failure.UNREACHABLE);
        }
    }
}

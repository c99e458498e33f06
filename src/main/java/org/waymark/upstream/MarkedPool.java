package org.waymark.upstream;

import java.util.ArrayList;
import java.util.List;
import org.waymark.linux.Errno;
import org.waymark.metrics.Count;

/**
 * The carriers to one server over one transport with one mark. A question takes a random one of those that are open, and
 * opens another when that one is busy.
 */
final class MarkedPool {
    /** Opens a carrier that tells the pool when it ends by itself. */
    interface Opener {
        Carrier open(MarkedPool pool) throws CannotOpenException;
    }

    final Health health;
    private final Shared shared;
    private final int busyAt;
    private final Opener opener;
    private final List<Carrier> carriers = new ArrayList<>(1);
    private final List<Carrier> usable = new ArrayList<>(1);

    /**
     * @param busyAt how many open questions make a carrier busy
     */
    MarkedPool(Shared shared, Health health, int busyAt, Opener opener) {
        this.shared = shared;
        this.health = health;
        this.busyAt = busyAt;
        this.opener = opener;
    }

    /**
     * Finds a carrier for a question.
     *
     * @throws CannotOpenException if none is open and none can be opened
     */
    Carrier choose(long nowNanos) throws CannotOpenException {
        Carrier carrier = anyThatTakesNew(nowNanos);
        if (carrier != null && carrier.openQuestions() < busyAt) {
            return carrier;
        }
        Failure refusal = Failure.TOO_MANY_SOCKETS;
        if (usableCarriers() >= shared.limits().socketsPerMark()) {
            shared.counters().add(Count.UPSTREAM_SOCKETS_PER_MARK_LIMIT);
        } else if (shared.takePlace()) {
            try {
                return open(nowNanos);
            } catch (CannotOpenException e) {
                shared.giveBackPlace();
                refusal = e.failure();
            }
        }
        // A busy one is better than none, and one whose time is over better than no answer.
        Carrier rather = carrier != null && carrier.hasRoom() ? carrier : anyThatIsUsable();
        if (rather == null) {
            throw new CannotOpenException(refusal);
        }
        return rather;
    }

    /** Those of no more use are closed soon. */
    private long usableCarriers() {
        return carriers.stream().filter(Carrier::isUsable).count();
    }

    /** The latest of them, since its source port has been seen for the shortest time. */
    private Carrier anyThatIsUsable() {
        for (int i = carriers.size() - 1; i >= 0; i--) {
            if (carriers.get(i).isUsable() && carriers.get(i).hasRoom()) {
                return carriers.get(i);
            }
        }
        return null;
    }

    private Carrier anyThatTakesNew(long nowNanos) {
        usable.clear();
        for (Carrier carrier : carriers) {
            if (carrier.takesNew(nowNanos)) {
                usable.add(carrier);
            }
        }
        return switch (usable.size()) {
            case 0 -> null;
            case 1 -> usable.get(0);
            default -> usable.get(shared.random().next(usable.size()));
        };
    }

    private Carrier open(long nowNanos) throws CannotOpenException {
        Carrier carrier;
        try {
            carrier = opener.open(this);
        } catch (CannotOpenException e) {
            if (e.failure() == Failure.UNREACHABLE) {
                health.refused(nowNanos);
                if (!e.errno().equals(Errno.NONE)) {
                    health.unreachable(e.errno());
                }
            }
            throw e;
        }
        carriers.add(carrier);
        return carrier;
    }

    /** A carrier has ended by itself. */
    void ended(Carrier carrier) {
        if (carriers.remove(carrier)) {
            shared.giveBackPlace();
        }
    }

    /** Closes the carriers that have served their time, or, when sockets are short, all that have nothing open. */
    void sweep(long nowNanos, boolean socketsAreShort) {
        for (int i = carriers.size() - 1; i >= 0; i--) {
            Carrier carrier = carriers.get(i);
            if (carrier.isDone(nowNanos) || socketsAreShort && carrier.openQuestions() == 0) {
                carriers.remove(i);
                shared.giveBackPlace();
                carrier.close(Failure.UNREACHABLE);
            }
        }
    }

    boolean isEmpty() {
        return carriers.isEmpty();
    }

    void close() {
        health.forget();
        for (Carrier carrier : List.copyOf(carriers)) {
            ended(carrier);
            carrier.close(Failure.UNREACHABLE);
        }
    }
}

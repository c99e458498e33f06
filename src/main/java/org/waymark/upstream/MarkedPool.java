package org.waymark.upstream;

import java.util.ArrayList;
import java.util.List;
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
        boolean moreForThisMark = carriers.size() < shared.limits().socketsPerMark();
        if (moreForThisMark && !shared.isFull()) {
            try {
                return open();
            } catch (CannotOpenException e) {
                if (carrier == null) {
                    throw e;
                }
                // A busy one is better than none.
            }
        }
        if (!moreForThisMark) {
            shared.counters().add(Count.UPSTREAM_SOCKETS_PER_MARK_LIMIT);
        }
        if (carrier == null && !carriers.isEmpty()) {
            // Their time is over, but at the limit an old port is better than no answer.
            carrier = carriers.get(carriers.size() - 1);
        }
        if (carrier == null || !carrier.hasRoom()) {
            throw new CannotOpenException(Failure.TOO_MANY_SOCKETS);
        }
        return carrier;
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

    private Carrier open() throws CannotOpenException {
        Carrier carrier;
        try {
            carrier = opener.open(this);
        } catch (CannotOpenException e) {
            if (e.failure() == Failure.UNREACHABLE) {
                health.refused(System.nanoTime());
                health.unreachable(e.errno());
            }
            throw e;
        }
        carriers.add(carrier);
        shared.opened();
        return carrier;
    }

    /** A carrier has ended by itself. */
    void ended(Carrier carrier) {
        if (carriers.remove(carrier)) {
            shared.closed();
        }
    }

    /** Closes the carriers that have served their time, or, when sockets are short, all that have nothing open. */
    void sweep(long nowNanos, boolean socketsAreShort) {
        for (int i = carriers.size() - 1; i >= 0; i--) {
            Carrier carrier = carriers.get(i);
            if (carrier.isDone(nowNanos) || socketsAreShort && carrier.openQuestions() == 0) {
                carriers.remove(i);
                shared.closed();
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

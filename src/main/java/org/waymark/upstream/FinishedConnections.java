package org.waymark.upstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Sees that connections to servers leave nothing behind: conntrack is made to forget them, so that their ports are anybody's at once,
 * and no program of this host comes upon a client's mark. A socket that an answer may still come for stays open until then, because
 * the kernel would tell the server that it is gone. If conntrack can't be made to forget, ports are held until it does by itself.
 */
final class FinishedConnections {
    /** So late may answers be. */
    static final long LATE_ANSWERS_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final NetworkStack network;
    private final IntSupplier mostWaiting;
    private final ArrayDeque<Finished> waiting = new ArrayDeque<>();
    private final ArrayDeque<Finished> over = new ArrayDeque<>();
    private final List<Finished> burst = new ArrayList<>(NetworkStack.MOST_FORGOTTEN);

    /** What keeps others from the port, a socket that is open or the like, is null if nothing does. */
    private record Finished(SourcePort port, Runnable release, boolean answersDue, long since) {
        void close() {
            if (release != null) {
                release.run();
            }
        }

        /** Nobody else takes the port of a closed socket until conntrack has forgotten; the kernel may still have it, as TIME-WAIT. */
        Finished takePort(NetworkStack network) {
            return release == null ? new Finished(port, port.take(network), answersDue, since) : this;
        }

        Finished waitingSince(long nanos) {
            return new Finished(port, null, answersDue, nanos);
        }
    }

    /**
     * @param mostWaiting how many may wait for late answers; one more ends the wait of the first
     */
    FinishedConnections(NetworkStack network, IntSupplier mostWaiting) {
        this.network = network;
        this.mostWaiting = mostWaiting;
    }

    /**
     * Takes over a socket that nothing more is sent by.
     *
     * @param answersDue whether something was sent that was not answered
     */
    void add(MarkedSocket udp, boolean answersDue, long nowNanos) {
        Finished finished = new Finished(udp.port(), udp.socket()::close, answersDue, nowNanos);
        if (answersDue) {
            letWait(finished);
        } else {
            over.add(finished);
        }
    }

    /** Takes over the port of a TCP connection that was closed; the two ends still have to part. */
    void addClosed(SourcePort tcp, boolean answersDue, long nowNanos) {
        letWait(new Finished(tcp, null, answersDue, nowNanos));
    }

    private void letWait(Finished finished) {
        if (waiting.size() >= mostWaiting.getAsInt()) {
            Finished first = waiting.poll();
            first.close();
            first.port().hold();
        }
        waiting.add(finished);
    }

    /** Ends those whose time is over. */
    void sweep(long nowNanos) {
        while (!waiting.isEmpty() && nowNanos - waiting.peek().since() > LATE_ANSWERS_NANOS) {
            Finished finished = waiting.poll().takePort(network);
            if (finished.release() == null) {
                waiting.add(finished.waitingSince(nowNanos));
            } else {
                over.add(finished);
            }
        }
        while (!over.isEmpty()) {
            while (!over.isEmpty() && burst.size() < NetworkStack.MOST_FORGOTTEN) {
                burst.add(over.poll());
            }
            BitSet forgotten = network.forget(
                    burst.stream().map(finished -> finished.port().connection()).toList());
            for (int i = 0; i < burst.size(); i++) {
                end(burst.get(i), forgotten.get(i));
            }
            burst.clear();
        }
    }

    private static void end(Finished finished, boolean forgotten) {
        // Not earlier: another program could take the port while conntrack still knows the connection.
        finished.close();
        if (forgotten) {
            finished.port().free();
        } else {
            finished.port().hold();
        }
    }

    /** Whether any answers may still come. */
    boolean areAnswersDue() {
        return waiting.stream().anyMatch(Finished::answersDue);
    }

    /** Closes every socket; nobody waits any longer. */
    void close(long nowNanos) {
        sweep(nowNanos);
        waiting.forEach(finished -> {
            finished.close();
            finished.port().hold();
        });
        waiting.clear();
    }
}

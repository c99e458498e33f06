package org.waymark.upstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.waymark.loop.EndOfTurn;
import org.waymark.loop.Loop;
import org.waymark.metrics.Counters;

/**
 * All sockets and connections of one worker to servers. Everything here runs on the worker's event loop. What is sent within
 * one turn of the loop goes to the kernel at its end, the datagrams of each socket together.
 */
public final class Upstreams {
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long MAKE_ROOM_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Shared shared;
    private final List<Destination> destinations = new ArrayList<>();
    private final Set<Destination> retired = new HashSet<>();
    private final ArrayDeque<Carrier> withMail = new ArrayDeque<>();
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
     */
    public Upstreams(
            Loop loop, Limits limits, PortLedgers ports, Network network, RandomGenerator random, Counters counters) {
        this.shared = new Shared(loop, limits, ports, network, new RandomNumbers(random), counters);
        this.endOfTurn = new EndOfTurn(loop, this::sendAll);
        this.madeRoomAt = loop.nanoTime();
        this.sweeping = loop.repeat(() -> sweep(loop.nanoTime(), shared.isFull()), SWEEP_NANOS);
    }

    /**
     * @param state a server, and how it does in the whole process
     * @return the way to it
     */
    public Destination destination(ServerState state) {
        Destination destination = new Destination(this, shared, state);
        destinations.add(destination);
        return destination;
    }

    /**
     * Asks a server nothing more. What it has been asked it may still answer; its sockets are closed when their time is over.
     *
     * @param destination the way to it, which must not be used any more
     */
    public void retire(Destination destination) {
        retired.add(destination);
    }

    /**
     * Waits no longer for the answer to a question; one that comes later is foreign.
     *
     * @param exchange the question; one that is not under way is left alone
     */
    public void cancel(Exchange exchange) {
        if (exchange.carrier() != null) {
            exchange.carrier().drop(exchange);
        }
    }

    /**
     * The same for a question whose server has had its time, which counts against the server.
     *
     * @param exchange the question; one that is not under way is left alone
     */
    public void timedOut(Exchange exchange) {
        if (exchange.carrier() != null) {
            exchange.carrier().timedOut(exchange);
        }
    }

    /**
     * Goes on with a zone transfer: its next message may come, now or later.
     *
     * @param transfer one that is under way, whose last message has been dealt with
     */
    public void readOn(Exchange transfer) {
        transfer.carrier().readOn();
    }

    void send(Carrier carrier, Exchange exchange, long nowNanos) {
        if (carrier.toSend.isEmpty()) {
            withMail.add(carrier);
            endOfTurn.request();
        }
        carrier.take(exchange, nowNanos);
    }

    /** A question that fails here may be sent to another server at once, so the list may grow meanwhile. */
    private void sendAll() {
        for (Carrier carrier = withMail.poll(); carrier != null; carrier = withMail.poll()) {
            carrier.send();
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
        for (Destination destination : destinations) {
            destination.sweep(nowNanos, socketsAreShort);
        }
        shared.finished().sweep(nowNanos);
        if (!retired.isEmpty()) {
            destinations.removeIf(destination -> destination.isIdle() && retired.remove(destination));
        }
    }

    /**
     * Closes every socket and connection.
     *
     * @return whether servers may still send something
     */
    public boolean close() {
        sweeping.stop();
        destinations.forEach(Destination::close);
        boolean answersDue = shared.finished().areAnswersDue();
        shared.finished().close(shared.loop().nanoTime());
        shared.network().close();
        return answersDue;
    }
}

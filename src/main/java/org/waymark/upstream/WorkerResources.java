package org.waymark.upstream;

import org.waymark.limit.SharedLimit;
import org.waymark.loop.Loop;
import org.waymark.metrics.Counters;
import org.waymark.ports.PortLedgers;
import org.waymark.ports.RandomNumbers;
import org.waymark.watch.Looks;

/** What the sockets of one worker have in common; all of it belongs to the worker's thread, but for the port ledgers. */
final class WorkerResources {
    /** Of the count of all. */
    private static final int ALL = 0;

    private final Loop loop;
    private final PortLedgers ports;
    private final NetworkStack network;
    private final FinishedConnections finished;
    private final RandomNumbers random;
    private final Counters counters;
    private final ServerWatch watch;
    private final QuestionObserver observer;
    private final SentTogether sentTogether = new SentTogether(NetworkStack.MOST_SENT);
    private final SharedLimit.Places places;
    private SocketLimits limits;

    WorkerResources(
            Loop loop,
            SocketLimits limits,
            PortLedgers ports,
            NetworkStack network,
            RandomNumbers random,
            Counters counters,
            Looks looks,
            QuestionObserver observer) {
        this.loop = loop;
        this.limits = limits;
        this.places = limits.sockets().places();
        this.ports = ports;
        this.network = network;
        this.finished = new FinishedConnections(network, () -> this.limits.finishedSockets());
        this.random = random;
        this.counters = counters;
        this.watch = new ServerWatch(network, looks);
        this.observer = observer;
    }

    Loop loop() {
        return loop;
    }

    SocketLimits limits() {
        return limits;
    }

    void limits(SocketLimits replacing) {
        limits = replacing;
    }

    PortLedgers ports() {
        return ports;
    }

    NetworkStack network() {
        return network;
    }

    /** Where sockets go that nothing more is sent by. */
    FinishedConnections finished() {
        return finished;
    }

    RandomNumbers random() {
        return random;
    }

    Counters counters() {
        return counters;
    }

    /** Learns of what was sent, on any connection. */
    ServerWatch watch() {
        return watch;
    }

    /** Is told of every question and answer while it is on. */
    QuestionObserver observer() {
        return observer;
    }

    /** For the datagrams of one socket at a time; empty in between. */
    SentTogether sentTogether() {
        return sentTogether;
    }

    /** Whether every socket that the limit allows is open. */
    boolean isFull() {
        return places.areSpent(ALL);
    }

    /** Says whether another socket may be opened, and counts it; it is given back if it can't be, and when it is closed. */
    boolean takePlace() {
        return places.take(ALL);
    }

    void giveBackPlace() {
        places.giveBack(ALL);
    }
}

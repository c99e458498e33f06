package org.waymark.upstream;

import org.waymark.loop.Loop;
import org.waymark.metrics.Counters;

/** What the carriers of one worker have in common; all of it belongs to the worker's thread, but for the port ledgers. */
final class Shared {
    private final Loop loop;
    private final Limits limits;
    private final PortLedgers ports;
    private final Network network;
    private final FinishedConnections finished;
    private final RandomNumbers random;
    private final Counters counters;
    private final SentTogether sentTogether = new SentTogether(Network.MOST_SENT);
    private int carriers;

    Shared(Loop loop, Limits limits, PortLedgers ports, Network network, RandomNumbers random, Counters counters) {
        this.loop = loop;
        this.limits = limits;
        this.ports = ports;
        this.network = network;
        this.finished = new FinishedConnections(network, limits.sockets());
        this.random = random;
        this.counters = counters;
    }

    Loop loop() {
        return loop;
    }

    Limits limits() {
        return limits;
    }

    PortLedgers ports() {
        return ports;
    }

    Network network() {
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

    /** For the datagrams of one socket at a time; empty in between. */
    SentTogether sentTogether() {
        return sentTogether;
    }

    /** Whether every socket that the limit allows is open. */
    boolean isFull() {
        return carriers >= limits.sockets();
    }

    void opened() {
        carriers++;
    }

    void closed() {
        carriers--;
    }
}

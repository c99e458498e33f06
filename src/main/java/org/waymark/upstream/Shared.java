package org.waymark.upstream;

import io.netty.channel.IoEventLoop;
import java.security.SecureRandom;
import org.waymark.conntrack.MarkLookup;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.SendBatch;
import org.waymark.metrics.Counters;

/** What the carriers of one worker have in common; all of it belongs to the worker's thread, but for the port ledgers. */
final class Shared {
    private static final int BURST = 64;

    private final IoEventLoop loop;
    private final Limits limits;
    private final PortLedgers ports;
    private final MarkLookup lookup;
    private final FinishedConnections finished;
    private final Counters counters;
    private final RandomNumbers random = new RandomNumbers(new SecureRandom());
    private final ReceiveBatch received = ReceiveBatch.ofConnected(BURST);
    private final SendBatch toSend = new SendBatch(BURST);
    private final Exchange[] inBatch = new Exchange[BURST];
    private int carriers;

    Shared(
            IoEventLoop loop,
            Limits limits,
            PortLedgers ports,
            MarkLookup lookup,
            FinishedConnections finished,
            Counters counters) {
        this.loop = loop;
        this.limits = limits;
        this.ports = ports;
        this.lookup = lookup;
        this.finished = finished;
        this.counters = counters;
    }

    IoEventLoop loop() {
        return loop;
    }

    Limits limits() {
        return limits;
    }

    PortLedgers ports() {
        return ports;
    }

    /** For one look-up at a time, not for the listeners' bursts. */
    MarkLookup lookup() {
        return lookup;
    }

    /** Where sockets go that nothing more is sent by. */
    FinishedConnections finished() {
        return finished;
    }

    Counters counters() {
        return counters;
    }

    RandomNumbers random() {
        return random;
    }

    /** For the datagrams of one socket at a time. */
    ReceiveBatch received() {
        return received;
    }

    /** For the datagrams of one socket at a time; empty in between. */
    SendBatch toSend() {
        return toSend;
    }

    /** Whose datagrams {@link #toSend} has. */
    Exchange[] inBatch() {
        return inBatch;
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

    void close() {
        received.close();
        toSend.close();
    }
}

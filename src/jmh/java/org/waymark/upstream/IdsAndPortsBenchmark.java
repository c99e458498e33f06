package org.waymark.upstream;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.metrics.Counters;
import org.waymark.ports.PortLedger;
import org.waymark.ports.PortLedgers;
import org.waymark.ports.PortRules;
import org.waymark.ports.RandomNumbers;

/** Choosing the id of a question, which every query does, and the port of a socket, which few do. */
@State(Scope.Thread)
public class IdsAndPortsBenchmark {
    private static final int MARK = 137;

    /** Questions that are open on the socket, or ports that are in use for other marks. */
    @Param({"10", "10000"})
    private int taken;

    private final RandomNumbers random = new RandomNumbers(new SecureRandom());
    private final WorkerResources resources = TestUpstreamSocket.resources(10, 10, new Counters());
    private final TestUpstreamSocket socket = new TestUpstreamSocket(resources, MARK);
    private final PortLedger ledger = new PortLedgers(
                    System::nanoTime, new PortRules(Duration.ZERO, Duration.ZERO, new BitSet()))
            .of(TransportProtocol.UDP, Endpoint.of(new InetSocketAddress("192.0.2.53", 53)));
    private final Deque<Question> open = new ArrayDeque<>();

    @Setup
    public void take() {
        for (int i = 0; i < taken; i++) {
            Question question = new Question(MARK);
            socket.take(question, 0);
            open.add(question);
            ledger.lease(i, random);
        }
    }

    /** The oldest question is answered, and another takes its place under an id of its own. */
    @Benchmark
    public int id() {
        Question question = open.remove();
        socket.drop(question);
        socket.take(question, 0);
        socket.send();
        open.add(question);
        return question.id();
    }

    /** A port is leased and comes back. */
    @Benchmark
    public int port() {
        int port = ledger.lease(MARK, random);
        ledger.release(port);
        return port;
    }
}

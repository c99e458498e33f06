package org.waymark.forward;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.waymark.cache.Key;
import org.waymark.dns.QueryReader;
import org.waymark.dns.SipHash;
import org.waymark.dns.WireMessage;
import org.waymark.limit.RateLimit;
import org.waymark.limit.SharedLimit;
import org.waymark.policy.Strategy;

/** Finding the flight that a query may share, among so many. */
@State(Scope.Thread)
public class FlightTableBenchmark {
    /** Their answers are not kept. */
    private static final Key NO_KEY = new Key();

    private static final ServerGroup GROUP = new ServerGroup(
            List.of(),
            new ServerGroup.Tries(Strategy.ORDERED, Duration.ofSeconds(2), Duration.ofSeconds(9), 3),
            new SplittableRandom(1));
    private static final int NUMBER = 14;
    private static final byte[] MESSAGE = {
        0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5, 'q', 0, 0, 0, 0, 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 1, 0, 1
    };

    @Param({"100", "25000"})
    private int flights;

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(MESSAGE.length).put(MESSAGE).flip();
    private final WireMessage query = new WireMessage().at(buffer, 0, MESSAGE.length);
    private final Flight spare = new Flight(null);
    private FlightTable table;
    private int next;

    @Setup
    public void fill() {
        new QueryReader().read(query);
        table = new FlightTable(new QueryLimits(
                SharedLimit.ofAll(flights + 1, 1),
                SharedLimit.ofEach(flights + 1, 1),
                SharedLimit.ofEach(flights + 1, 1),
                SharedLimit.ofAll(1, 1),
                SharedLimit.ofEach(1, 1),
                new RateLimit(),
                new SipHash(1, 2)));
        for (int number = 0; number < flights; number++) {
            begin(new Flight(null), number);
        }
    }

    /** A query that is the same as one in flight. */
    @Benchmark
    public Flight shared() {
        next = (next + 1) % flights;
        return find(next);
    }

    /** A query that is like no other: its flight is not found, begins and ends. */
    @Benchmark
    public Flight alone() {
        int number = flights + next++;
        Flight found = find(number);
        begin(spare, number);
        table.remove(spare);
        return found;
    }

    private Flight find(int number) {
        buffer.putInt(NUMBER, number);
        return table.find(table.hash(query, mark(number), NO_KEY), query, mark(number), GROUP, false);
    }

    private void begin(Flight flight, int number) {
        buffer.putInt(NUMBER, number);
        flight.begin(query, mark(number), GROUP, false);
        table.add(flight, table.hash(query, mark(number), NO_KEY), table.questionHash(query));
    }

    private static int mark(int number) {
        return number & 31;
    }
}

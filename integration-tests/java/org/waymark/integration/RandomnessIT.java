package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.waymark.Duty;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;

/**
 * Ids and source ports upstream are spread evenly over their whole range (RFC 5452, section 9.2), by chi-squared tests over 100,000
 * queries. A fair source fails one of them once in a million runs.
 */
class RandomnessIT {
    private static final int QUERIES = 100_000;
    private static final int FIRST_PORT = 1024;

    /** What a standard normal variable exceeds with a chance of one in a million. */
    private static final double LIMIT = 4.75;

    private static final int LEAST_PORTS = 500;

    @AutoClose
    private static final Lab LAB = Lab.up();

    private static int[] ids;
    private static int[] ports;

    @BeforeAll
    static void askManyQuestions() throws Exception {
        LAB.rules("--many");
        Setup setup =
                Setup.wildcard().servers(Family.IPV4.upstream(53)).with("limits", "upstream-socket-life = \"100ms\"");
        List<InetAddress> clients =
                IntStream.rangeClosed(101, 132).mapToObj(Family.IPV4::client).toList();
        try (StubServer stub = StubServer.on(LAB, Family.IPV4.upstream(53));
                Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            do {
                try (Crowd crowd = Crowd.of(LAB, clients, Family.IPV4.gateway())) {
                    Crowd.Result result = crowd.ask(QUERIES, 100, i -> "r" + i + ".example");
                    assertEquals(List.of(), result.wrong(), forwarder::log);
                }
                List<StubServer.Seen> seen = stub.seen();
                assertTrue(seen.size() >= QUERIES);
                ids = seen.stream().mapToInt(query -> Message.id(query.bytes())).toArray();
                ports = seen.stream()
                        .mapToInt(query -> query.from().getPort())
                        .distinct()
                        .toArray();
                // The faster the machine, the fewer ports for so many queries.
            } while (ports.length <= LEAST_PORTS && ids.length < 10 * QUERIES);
        }
    }

    @Test
    @Duty({13, 15})
    void idsAreSpreadOverAll16Bits() {
        assertEven("high bytes of ids", ids, id -> id >>> 8, 256, 1);
        assertEven("low bytes of ids", ids, id -> id & 0xff, 256, 1);
        assertEven("ids", ids, id -> id >>> 4, 4096, 1);
    }

    @Test
    @Duty({13, 15})
    void anIdTellsNothingOfTheNext() {
        int[] steps = IntStream.range(1, ids.length)
                .map(i -> ids[i] - ids[i - 1] & 0xffff)
                .toArray();
        assertEven("steps from id to id", steps, step -> step >>> 8, 256, 1);
        assertEven("low bytes of steps", steps, step -> step & 0xff, 256, 1);
    }

    @Test
    @Duty(15)
    void portsAreSpreadOverTheWholeUnprivilegedRange() {
        assertTrue(ports.length > LEAST_PORTS, () -> "too few ports to tell: " + ports.length);
        assertTrue(IntStream.of(ports).allMatch(port -> port >= FIRST_PORT));
        // No port comes twice, so they are more even than draws with replacement: by the share of those that are left.
        double drawn = ports.length / (65_536.0 - FIRST_PORT);
        assertEven("ports", ports, port -> (port - FIRST_PORT) / 1024, 63, 1 - drawn);
        assertEven("parts of ports", ports, port -> port & 0x3f, 64, 1 - drawn);
    }

    /**
     * Compares the counts of the bins with what they should be; the cube root of chi-squared is nearly normal (Wilson and Hilferty,
     * 1931). Too even is as suspicious as too uneven.
     *
     * @param scale what chi-squared is expected to be smaller by
     */
    private static void assertEven(String title, int[] values, IntUnaryOperator bin, int bins, double scale) {
        int[] counts = new int[bins];
        for (int value : values) {
            counts[bin.applyAsInt(value)]++;
        }
        double expected = (double) values.length / bins;
        double chiSquared = IntStream.of(counts)
                        .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                        .sum()
                / scale;
        double freedom = bins - 1;
        double spread = 2 / (9 * freedom);
        double normal = (Math.cbrt(chiSquared / freedom) - (1 - spread)) / Math.sqrt(spread);
        System.out.printf(
                "RandomnessIT %s: %d in %d bins, chi-squared %.1f, as a standard normal %.2f%n",
                title, values.length, bins, chiSquared, normal);
        assertTrue(Math.abs(normal) < LIMIT, title + " are not spread evenly: " + normal);
    }
}

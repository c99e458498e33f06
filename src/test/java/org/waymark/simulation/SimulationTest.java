package org.waymark.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Runs thousands of simulations of the life of queries. To run another number of them, or one by its seed:
 * {@code mvn test -Dtest=SimulationTest -Dsimulation.seeds=1000000}, {@code -Dsimulation.seed=42}.
 */
class SimulationTest {
    private static final long SEEDS = Long.getLong("simulation.seeds", 10_000);
    private static final Long SEED = Long.getLong("simulation.seed");
    private static final int MOST_SHOWN = 5;

    @Test
    void promisesHoldWhateverHappens() {
        LongStream seeds = SEED == null ? LongStream.range(0, SEEDS) : LongStream.of(SEED);

        List<String> broken = seeds.parallel()
                .mapToObj(SimulationTest::play)
                .filter(failure -> failure != null)
                .limit(MOST_SHOWN)
                .toList();

        assertEquals(List.of(), broken);
    }

    /** Returns what went wrong, or null if nothing did. */
    private static String play(long seed) {
        try {
            new Simulation(seed).run();
            return null;
        } catch (AssertionError | RuntimeException e) {
            if (SEED != null) {
                throw e;
            }
            return "seed " + seed + ": " + e;
        }
    }
}

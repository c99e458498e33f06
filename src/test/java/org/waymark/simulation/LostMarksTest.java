package org.waymark.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.metrics.Count;

/** A host that loses the marks of connections to servers is noticed within seconds, and one that keeps them is never suspected. */
class LostMarksTest {
    private static final int SECONDS = 5;

    private final SplittableRandom random = new SplittableRandom(1);
    private final World world = new World(random, Scenario.plain(random, 2, Duration.ofSeconds(2), 2));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void missingRuleIsSeen(boolean overTcp) {
        world.host().loseMarks();

        ask(overTcp);

        assertTrue(world.count(Count.SERVER_MARK_LOST) >= 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void missingEntryIsSeen(boolean overTcp) {
        world.host().stopTracking();

        ask(overTcp);

        assertTrue(world.count(Count.SERVER_NOT_TRACKED) >= 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void marksThatAreKeptAreSeenAndNotMoreThanOnceASecond(boolean overTcp) {
        ask(overTcp);

        assertTrue(world.count(Count.SERVER_MARK_KEPT) >= 2);
        assertTrue(world.count(Count.SERVER_MARK_KEPT) <= SECONDS + 1);
        assertEquals(0, world.count(Count.SERVER_MARK_LOST));
        assertEquals(0, world.count(Count.SERVER_NOT_TRACKED));
    }

    /** Each mark needs a connection of its own. */
    private void ask(boolean overTcp) {
        for (int mark = 1; mark <= 10 * SECONDS; mark++) {
            world.ask(mark, overTcp);
            world.pass(Duration.ofMillis(100));
        }
    }
}

package org.waymark.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.waymark.metrics.ServerCounts;

class HealthTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long BOUND = 2 * SECOND;

    private static final int MARK = 0x8000_0089;

    private final ServerState state =
            new ServerState(new UpstreamServer(new InetSocketAddress("192.0.2.53", 53), false));
    private final Health health = new Health(state, MARK, new ServerCounts(), 0);

    @Test
    void isDownAfterThreeSilentTriesInARow() {
        health.silent(1, 1);
        health.silent(2, 2);
        health.answered(MILLI, 3);
        health.silent(4, 4);
        health.silent(5, 5);
        assertFalse(health.isDown());
        health.silent(6, 6);
        assertTrue(health.isDown());
        assertEquals(1, state.downCount());
    }

    /** Some servers leave out some names; whoever asks for those must not have the server taken for dead. */
    @Test
    void isThereIfItHasAnsweredSinceAQuestionWasSent() {
        health.answered(MILLI, 2);
        for (int i = 0; i < 30; i++) {
            health.silent(1, 3 + i);
        }
        assertFalse(health.isDown());
    }

    @Test
    void isDownAtOnceWhenItsHostRefuses() {
        health.refused(1);
        health.refused(2);
        assertTrue(health.isDown());
        assertEquals(1, state.downCount());
    }

    @Test
    void isWellAgainWithTheFirstAnswer() {
        health.refused(1);
        health.answered(MILLI, 2);
        assertFalse(health.isDown());
        assertEquals(0, state.downCount());
    }

    @Test
    void isProbedAtGrowingIntervalsWhileItIsDown() {
        health.refused(0);
        assertFalse(health.takeProbe(SECOND - 1));
        assertTrue(health.takeProbe(SECOND));
        assertFalse(health.takeProbe(3 * SECOND - 1));
        assertTrue(health.takeProbe(3 * SECOND));
        assertFalse(health.takeProbe(7 * SECOND - 1));
        assertTrue(health.takeProbe(7 * SECOND));
        long now = 7 * SECOND;
        for (int i = 0; i < 10; i++) {
            now += 30 * SECOND;
            assertTrue(health.takeProbe(now), "no pause is longer than 30 s");
        }
    }

    @Test
    void isMeasuredAgainWhenItWasNotAskedForLong() {
        health.answered(MILLI, 0);
        assertFalse(health.takeProbe(10 * SECOND - 1));
        assertTrue(health.takeProbe(10 * SECOND));
    }

    @Test
    void waitsAsLongAsTheServerUsuallyTakesWithinBounds() {
        assertEquals(500 * MILLI, health.patienceNanos(BOUND));
        assertEquals(100 * MILLI, health.patienceNanos(100 * MILLI));
        for (int i = 0; i < 100; i++) {
            health.answered(MILLI, i);
        }
        assertEquals(300 * MILLI, health.patienceNanos(BOUND));
        for (int i = 0; i < 100; i++) {
            health.answered(800 * MILLI, i);
        }
        long patience = health.patienceNanos(BOUND);
        assertTrue(patience >= 800 * MILLI && patience < BOUND, "patience " + patience);
        for (int i = 0; i < 100; i++) {
            health.answered(i % 2 * 3L * SECOND, i);
        }
        assertEquals(BOUND, health.patienceNanos(BOUND));
    }

    /** What one mark can't reach, another may. */
    @Test
    void knowsAMarkThatIsAnsweredUntilItIsNot() {
        Health other = new Health(state, 7, new ServerCounts(), 0);
        health.answered(MILLI, 1);
        other.answered(MILLI, 2);
        assertEquals(new ServerState.Answered(MARK, 1), state.answered());
        health.refused(3);
        assertNull(state.answered());
        other.answered(MILLI, 4);
        assertEquals(new ServerState.Answered(7, 4), state.answered());
        other.answered(MILLI, 5 + SECOND);
        assertEquals(new ServerState.Answered(7, 5 + SECOND), state.answered());
    }

    @Test
    void leavesNoTraceWhenItIsForgotten() {
        health.refused(0);
        assertFalse(health.isForgettable(60 * SECOND));
        assertTrue(health.isForgettable(61 * SECOND));
        health.forget();
        assertEquals(0, state.downCount());
        assertFalse(state.takeRecovered(), "it has not answered");
    }
}

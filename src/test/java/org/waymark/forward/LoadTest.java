package org.waymark.forward;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LoadTest {
    private static final long MILLI = 1_000_000;
    private static final long TRY = 2_000 * MILLI;
    private static final int MOST = 50_000;

    private final Load load = new Load(MOST, TRY, 0);
    private long nowMillis;

    @Test
    void allowsAllThatTheLimitDoesWhileServersAreSlowButAnswer() {
        run(5_000, 100, 0);
        assertFalse(load.isTooHigh(MOST - 1));
        assertTrue(load.isTooHigh(MOST));
    }

    @Test
    void toleratesWhatTheNetworkLoses() {
        run(5_000, 1_000, 100);
        assertFalse(load.isTooHigh(MOST - 1));
    }

    @Test
    void holdsQueriesToWhatIsAnsweredInHalfOfATryWhenTriesRunOutOfTime() {
        run(5_000, 10_000, 20_000);
        assertFalse(load.isTooHigh(9_000));
        assertTrue(load.isTooHigh(11_000));
    }

    @Test
    void neverMindsAFewQueries() {
        run(5_000, 0, 1_000);
        assertFalse(load.isTooHigh(999));
        assertTrue(load.isTooHigh(1_000));
    }

    @Test
    void isItselfAgainSoonAfterTheServersAre() {
        run(5_000, 0, 1_000);
        run(5_000, 10_000, 0);
        assertFalse(load.isTooHigh(MOST - 1));
    }

    private void run(long millis, int answersPerSecond, int timeoutsPerSecond) {
        for (long i = 0; i < millis; i += 10) {
            for (int answer = 0; answer < answersPerSecond / 100; answer++) {
                load.answered();
            }
            for (int timeout = 0; timeout < timeoutsPerSecond / 100; timeout++) {
                load.timedOut();
            }
            nowMillis += 10;
            load.advance(nowMillis * MILLI);
        }
    }
}

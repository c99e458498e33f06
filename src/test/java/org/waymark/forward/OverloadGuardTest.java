package org.waymark.forward;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OverloadGuardTest {
    private static final long MILLI = 1_000_000;
    private static final long TRY = 2_000 * MILLI;
    private static final int MOST = 50_000;

    private final OverloadGuard overload = new OverloadGuard(MOST, TRY, 0);
    private long nowMillis;

    @Test
    void allowsAllThatTheLimitDoesWhileServersAreSlowButAnswer() {
        run(5_000, 100, 0);
        assertFalse(overload.isTooHigh(MOST - 1));
        assertTrue(overload.isTooHigh(MOST));
    }

    @Test
    void toleratesWhatTheNetworkLoses() {
        run(5_000, 1_000, 100);
        assertFalse(overload.isTooHigh(MOST - 1));
    }

    @Test
    void holdsQueriesToWhatIsAnsweredInHalfOfATryWhenTriesRunOutOfTime() {
        run(5_000, 10_000, 20_000);
        assertFalse(overload.isTooHigh(9_000));
        assertTrue(overload.isTooHigh(11_000));
    }

    @Test
    void neverMindsAFewQueries() {
        run(5_000, 0, 1_000);
        assertFalse(overload.isTooHigh(999));
        assertTrue(overload.isTooHigh(1_000));
    }

    @Test
    void isItselfAgainSoonAfterTheServersAre() {
        run(5_000, 0, 1_000);
        run(5_000, 10_000, 0);
        assertFalse(overload.isTooHigh(MOST - 1));
    }

    private void run(long millis, int answersPerSecond, int timeoutsPerSecond) {
        for (long i = 0; i < millis; i += 10) {
            for (int answer = 0; answer < answersPerSecond / 100; answer++) {
                overload.answered();
            }
            for (int timeout = 0; timeout < timeoutsPerSecond / 100; timeout++) {
                overload.timedOut();
            }
            nowMillis += 10;
            overload.advance(nowMillis * MILLI);
        }
    }
}

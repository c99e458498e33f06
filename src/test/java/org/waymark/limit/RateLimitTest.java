package org.waymark.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
    private static final long SECOND = 1_000_000_000;
    private static final int MOST = 1 << 16;

    private final RateLimit limit = new RateLimit();

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20, 9_999, 10_000})
    void letsASecondsWorthThroughAtOnceAndThenAsMuchEachSecond(int perSecond) {
        for (long now : List.of(-SECOND / 2, SECOND / 2, 3 * SECOND / 2, 10 * SECOND)) {
            int got = (int) IntStream.range(0, perSecond + 2)
                    .filter(i -> limit.take(7, perSecond, now))
                    .count();
            assertEquals(perSecond, got, "at " + now);
        }
    }

    @Test
    void letsOneMoreThroughEachTimeThatItsShareOfASecondIsOver() {
        IntStream.range(0, 20).forEach(i -> assertTrue(limit.take(7, 20, 0)));
        assertFalse(limit.take(7, 20, SECOND / 20 - 1));
        assertTrue(limit.take(7, 20, SECOND / 20));
        assertFalse(limit.take(7, 20, SECOND / 20));
    }

    @Test
    void whatIsRefusedDoesNotCount() {
        assertTrue(limit.take(7, 1, 0));
        IntStream.range(0, 100).forEach(i -> assertFalse(limit.take(7, 1, i)));
        assertTrue(limit.take(7, 1, SECOND));
    }

    @Test
    void eachHasABucketOfItsOwn() {
        assertTrue(limit.take(7, 1, 0));
        assertTrue(limit.take(8, 1, 0));
        assertFalse(limit.take(7, 1, 0));
    }

    @Test
    void remembersSoManyAndForgetsTheOneThatHasNotAskedForLongest() {
        IntStream.range(0, MOST).forEach(whose -> assertTrue(limit.take(whose, 1, 0)));
        IntStream.range(0, MOST).forEach(whose -> assertFalse(limit.take(whose, 1, 0)));
        assertTrue(limit.take(MOST, 1, 0));
        assertTrue(limit.take(0, 1, 0), "forgotten");
        assertFalse(limit.take(MOST - 1, 1, 0));
    }

    @Test
    void workersShareIt() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(4);
        try {
            Callable<Integer> work = () -> (int) IntStream.range(0, 10_000)
                    .filter(i -> limit.take(i % 2, 1_000, 0))
                    .count();
            int got = 0;
            for (Future<Integer> each : workers.invokeAll(List.of(work, work, work, work))) {
                got += each.get();
            }
            assertEquals(2 * 1_000, got);
        } finally {
            workers.shutdown();
        }
    }
}

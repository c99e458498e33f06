package org.waymark.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedLimitTest {
    @ParameterizedTest(name = "{0} for {1} workers")
    @CsvSource({"1, 64", "10, 16", "4000, 1", "4000, 2", "4000, 16", "4000, 64", "20000, 2", "20000, 64"})
    void oneWorkerMayHaveThemAllAndThenNoneIsLeftForOthers(int max, int workers) {
        SharedLimit limit = SharedLimit.ofEach(max, workers);
        SharedLimit.Places busy = limit.places();
        SharedLimit.Places idle = limit.places();
        assertEquals(max, takeAll(busy, 7));
        assertTrue(idle.areSpent(7));
        assertFalse(idle.areSpent(8), "another has places of its own");
        for (int i = 0; i < max; i++) {
            busy.giveBack(7);
        }
        int kept = max - takeAll(idle, 7);
        assertTrue(kept * 50 <= max, kept + " are kept by one that has none");
    }

    @Test
    void workersThatHaveHadSomeLeaveNearlyAllToOneThatNeedsThem() {
        SharedLimit limit = SharedLimit.ofAll(4_000, 16);
        List<SharedLimit.Places> workers =
                Stream.generate(limit::places).limit(16).toList();
        for (int i = 0; i < 4_000; i++) {
            assertTrue(workers.get(i % 16).take(0));
        }
        for (int i = 0; i < 4_000; i++) {
            workers.get(i % 16).giveBack(0);
        }
        int got = takeAll(workers.get(3), 0);
        assertTrue(got >= 3_920 && got <= 4_000, "got " + got);
    }

    @Test
    void workersAtTheSameTimeCountRight() throws Exception {
        SharedLimit limit = SharedLimit.ofAll(1_000, 4);
        CountDownLatch ready = new CountDownLatch(4);
        Callable<Integer> worker = () -> {
            SharedLimit.Places places = limit.places();
            ready.countDown();
            ready.await();
            for (int i = 0; i < 100_000; i++) {
                if (places.take(0)) {
                    places.giveBack(0);
                }
            }
            int taken = 0;
            while (taken <= 1_000 && places.take(0)) {
                taken++;
            }
            return taken;
        };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            int taken = 0;
            for (var result : threads.invokeAll(
                    IntStream.range(0, 4).mapToObj(i -> worker).toList())) {
                taken += result.get();
            }
            // Workers that end early keep a few places.
            assertTrue(taken >= 980 && taken <= 1_000, "taken " + taken);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void thereIsNoMoreThanTheLimit() {
        SharedLimit limit = SharedLimit.ofAll(1, 1);
        SharedLimit.Places places = limit.places();
        assertTrue(places.take(0));
        assertFalse(places.take(0));
        assertTrue(places.areSpent(0));
        places.giveBack(0);
        assertFalse(places.areSpent(0));
    }

    @ParameterizedTest(name = "from {0} to {1}")
    @CsvSource({"20000, 5", "5, 20000", "20000, 19999", "400, 40000"})
    void anotherLimitHoldsAtOnce(int before, int after) {
        SharedLimit limit = SharedLimit.ofAll(before, 2);
        SharedLimit.Places busy = limit.places();
        int taken = takeAll(busy, 0);
        limit.max(after);

        taken += takeAll(busy, 0);
        assertEquals(Math.max(before, after), taken, "those that are taken stay so");
        for (int i = 0; i < taken; i++) {
            busy.giveBack(0);
        }
        int again = takeAll(busy, 0) + takeAll(limit.places(), 0);
        assertEquals(after, again);
    }

    private static int takeAll(SharedLimit.Places places, int count) {
        int taken = 0;
        while (places.take(count)) {
            taken++;
        }
        assertTrue(places.areSpent(count));
        return taken;
    }
}

package org.waymark.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private static final long MILLI = 1_000_000;
    private static final long TICK = Deadlines.TICK_NANOS;

    private final List<String> expired = new ArrayList<>();
    private final Deadlines deadlines = new Deadlines(0);

    @Test
    void expiresNeverEarlyAndAtMostATickLate() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Deadlines wheel = new Deadlines(0);
            long[] expiredAt = {-1};
            long[] now = {0};
            long delay = random.nextLong(20_000 * MILLI);
            wheel.start(new Deadlines.Timer(() -> expiredAt[0] = now[0]), 0, delay);
            while (expiredAt[0] < 0) {
                now[0] += TICK / 2;
                wheel.advance(now[0]);
            }
            assertTrue(
                    expiredAt[0] >= delay && expiredAt[0] <= delay + TICK + TICK / 2,
                    "seed " + seed + ": due " + delay + ", expired " + expiredAt[0]);
        }
    }

    @Test
    void expiresInOrder() {
        start("late", 300);
        start("early", 100);
        start("middle", 200);
        advanceTo(1000, 10);
        assertEquals(List.of("early", "middle", "late"), expired);
        assertTrue(deadlines.isIdle());
    }

    @Test
    void forgetsAStoppedTimer() {
        Deadlines.Timer timer = start("stopped", 100);
        start("kept", 100);
        deadlines.stop(timer);
        deadlines.stop(timer);
        advanceTo(1000, 10);
        assertEquals(List.of("kept"), expired);
    }

    @Test
    void waitsRoundsOfTheWheelForADistantTimer() {
        start("distant", 60_000);
        advanceTo(59_990, 10);
        assertEquals(List.of(), expired);
        advanceTo(60_030, 10);
        assertEquals(List.of("distant"), expired);
    }

    @Test
    void catchesUpAfterALongPause() {
        start("a", 100);
        start("b", 9_000);
        start("distant", 60_000);
        advanceTo(50_000, 50_000);
        assertEquals(List.of("a", "b"), expired);
        advanceTo(60_030, 10);
        assertEquals(List.of("a", "b", "distant"), expired);
    }

    @Test
    void letsATimerThatExpiresStopOthersAndStartItself() {
        Deadlines.Timer victim = new Deadlines.Timer(() -> expired.add("victim"));
        Deadlines.Timer[] again = new Deadlines.Timer[1];
        again[0] = new Deadlines.Timer(() -> {
            expired.add("again");
            deadlines.stop(victim);
            if (expired.size() < 3) {
                deadlines.start(again[0], 100 * MILLI, 100 * MILLI);
            }
        });
        deadlines.start(again[0], 0, 100 * MILLI);
        deadlines.start(victim, 0, 100 * MILLI);
        advanceTo(1000, 10);
        assertEquals(List.of("again", "again", "again"), expired);
        assertTrue(deadlines.isIdle());
    }

    @Test
    void expiresAllAtOnceWhenAsked() {
        start("soon", 100);
        start("distant", 60_000);
        deadlines.expireAll();
        assertEquals(2, expired.size());
        assertTrue(deadlines.isIdle());
    }

    private Deadlines.Timer start(String name, long millis) {
        Deadlines.Timer timer = new Deadlines.Timer(() -> expired.add(name));
        deadlines.start(timer, 0, millis * MILLI);
        return timer;
    }

    private long advanced;

    private void advanceTo(long millis, long step) {
        while (advanced < millis) {
            advanced = Math.min(millis, advanced + step);
            deadlines.advance(advanced * MILLI);
        }
    }
}

package org.waymark.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class LoopCheckTest {
    private final Deque<Runnable> first = new ArrayDeque<>();
    private final Deque<Runnable> second = new ArrayDeque<>();
    private final LoopCheck check = new LoopCheck(List.<Executor>of(first::add, second::add));

    @Test
    void loopsThatTurnAreWell() {
        for (int i = 0; i < 3; i++) {
            assertTrue(check.getAsBoolean());
            turn(first);
            turn(second);
        }
    }

    @Test
    void oneLoopThatDoesNotTurnIsNotWell() {
        assertTrue(check.getAsBoolean(), "nobody has been asked before");
        turn(first);
        assertFalse(check.getAsBoolean());
        assertFalse(check.getAsBoolean());
        turn(second);
        assertTrue(check.getAsBoolean());
    }

    @Test
    void aLoopThatHangsIsNotAskedAgainAndAgain() {
        for (int i = 0; i < 10; i++) {
            turn(first);
            assertEquals(i == 0, check.getAsBoolean());
        }
        assertEquals(1, second.size());
    }

    private static void turn(Deque<Runnable> loop) {
        while (!loop.isEmpty()) {
            loop.poll().run();
        }
    }
}

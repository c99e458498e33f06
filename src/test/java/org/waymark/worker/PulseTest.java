package org.waymark.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.waymark.forward.InFlight;

class PulseTest {
    private final Deque<Runnable> loop = new ArrayDeque<>();
    private InFlight inFlight = new InFlight(3, 2);
    private long now = 1_000;
    private final Pulse pulse = new Pulse(loop::add, () -> inFlight, () -> now);

    private void turn() {
        while (!loop.isEmpty()) {
            loop.poll().run();
        }
    }

    @Test
    void aLoopThatTurnsTellsWhatIsInFlight() {
        pulse.ask();
        turn();
        now += 5_000;

        assertEquals(new InFlight(3, 2), pulse.latest());
        assertEquals(0, pulse.silentNanos());
    }

    @Test
    void aLoopThatDoesNotTurnOwesItsAnswerSinceItWasAskedFirst() {
        pulse.ask();
        now += 4_000;
        pulse.ask();
        now += 1_000;

        assertEquals(5_000, pulse.silentNanos());
        assertEquals(1, loop.size(), "it is not asked again before it has answered");
        turn();
        assertEquals(0, pulse.silentNanos());
    }
}

package org.waymark.listener;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UnsentAnswersTest {
    private final UnsentAnswers.Total total = new UnsentAnswers.Total(250);
    private final UnsentAnswers first = new UnsentAnswers(total, 100);
    private final UnsentAnswers second = new UnsentAnswers(total, 200);

    @Test
    void holdsAConnectionToItsOwnLimit() {
        assertTrue(first.add(60));
        assertFalse(first.add(41));
        assertTrue(first.add(40));
        first.remove(60);
        assertTrue(first.add(60));
    }

    @Test
    void holdsAllConnectionsToTheLimitOfAll() {
        assertTrue(first.add(100));
        assertFalse(second.add(151));
        assertTrue(second.add(150));
        first.remove(100);
        assertTrue(second.add(50));
    }
}

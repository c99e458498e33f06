package org.waymark.simulation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What happens to a question while the list of servers changes. */
class ChangedServersTest {
    private final SplittableRandom random = new SplittableRandom(1);
    private final World world = new World(random, Scenario.plain(random, 2, Duration.ofSeconds(2), 2));
    private final Site first = world.sites().get(0);
    private final Site second = world.sites().get(1);

    @Test
    void everyServerIsAskedThoughTheListIsTurnedRoundMeanwhile() {
        first.silence();
        Asked query = world.ask(137, false);
        world.pass(Duration.ofMillis(100));
        assertFalse(query.isAnswered());

        world.servers(List.of(second, first));
        world.pass(Duration.ofSeconds(2));

        assertTrue(query.isAnsweredByServer());
    }
}

package org.waymark.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody guesses ids in the name of the first server, which otherwise works well. */
class ForgeryTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "2, 2", "2, 3", "3, 3", "4, 3"})
    void questionIsAnsweredOverTcpHoweverManyServersAndAttemptsThereAre(int servers, int attempts) {
        SplittableRandom random = new SplittableRandom(1);
        World world = new World(random, Scenario.plain(random, servers, Duration.ofSeconds(2), attempts));
        world.sites().get(0).forge();

        Asked query = world.ask(137, false);
        world.pass(Duration.ofSeconds(1));

        assertTrue(query.isAnsweredByServer());
    }
}

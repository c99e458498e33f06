package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.waymark.lab.Answer;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Setup;

/** Clients with many marks, which share answers, all ask for the same at once, and the server takes a while. */
class CacheHerdIT {
    private static final MarkedClients CLIENTS = MarkedClients.with(64);

    @RegisterExtension
    private static final CacheLab LAB = new CacheLab(CacheLab.setup());

    private final String name = LAB.nextName();

    @BeforeEach
    void settle() {
        CLIENTS.settleIn(LAB.lab());
    }

    private static Setup setup(int totalSeconds) {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53))
                .tries(totalSeconds + "s", 1)
                .with("upstream", "total-timeout = \"" + totalSeconds + "s\"")
                .with("cache", "size = \"1MiB\"")
                .with("cache", "share = \"group\"");
    }

    private void answerAfter(Duration delay) {
        LAB.stub().plays(LAB.stub().after(delay, (query, line) -> line.send(answer(query.bytes()))));
    }

    private static byte[] answer(byte[] query) {
        return Answer.txt(query, "late", 300).bytes();
    }

    private void assertAllAreAnswered() throws IOException {
        try (Crowd crowd = Crowd.of(LAB.lab(), CLIENTS.addresses(Family.IPV4), CacheLab.GATEWAY)) {
            crowd.expecting((client, query, answer) -> Arrays.equals(answer(query), answer));
            assertEquals(new Crowd.Result(200, 0, List.of()), crowd.ask(200, 200, question -> name));
        }
    }

    /** They wait for half of the time for all tries, and do not count as questions meanwhile. */
    @Test
    void whoWaitsForAnothersAnswerAsksNothing() throws IOException {
        LAB.waymark().reload(setup(20).with("limits", "queries-per-question = 2"));
        answerAfter(Duration.ofSeconds(2));
        assertAllAreAnswered();
        assertEquals(1, LAB.stub().seen(name).size());
    }

    /** Their own questions are answered too late, but the first one is not. */
    @Test
    void whoAsksTooGetsTheAnswerThatComesFirst() throws IOException {
        LAB.waymark().reload(setup(8));
        answerAfter(Duration.ofSeconds(6));
        assertAllAreAnswered();
    }
}

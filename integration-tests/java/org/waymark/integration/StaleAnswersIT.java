package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.waymark.Duty;
import org.waymark.lab.Answer;
import org.waymark.lab.Edns;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.Waiting;

/** Old answers serve where servers fail or take too long, if the configuration says so, and never before. */
class StaleAnswersIT {
    private static final Duration CLIENT_PATIENCE = Duration.ofMillis(1_800);
    private static final int STALE_TTL = 30;
    private static final int STALE_ANSWER = 3;
    private static final int AA = 0x0400;

    @RegisterExtension
    private static final CacheLab LAB = new CacheLab(setup());

    private final String name = LAB.nextName();

    private static Setup setup() {
        return CacheLab.setup().with("cache", "stale = \"1h\"");
    }

    /** An answer that was kept is old now. */
    @BeforeEach
    void keepAnAnswerUntilItIsOld() {
        LAB.answer(query -> Answer.txt(query, "old", 1).edns(0).bytes());
        LAB.ask(query());
        long stored = System.nanoTime();
        Waiting.until(
                Waiting.PATIENCE,
                "it is old",
                () -> System.nanoTime() - stored > Duration.ofSeconds(1).toNanos());
    }

    private Query query() {
        return Query.of(name, Query.TXT).edns(1232, 0);
    }

    private void assertStale(byte[] answer) {
        assertEquals(Message.NOERROR, Message.rcode(answer));
        assertEquals("old", Answer.text(answer));
        assertEquals(STALE_TTL, Answer.ttl(answer));
        assertEquals(List.of(STALE_ANSWER), Edns.of(answer).orElseThrow().errors());
    }

    @Test
    @Duty(53)
    void oldAnswerServesWhenTheServerIsSilentForThatLongAndThenAtOnce() {
        LAB.stub().plays(StubServer.SILENCE);
        long start = System.nanoTime();
        byte[] answer = LAB.ask(query());
        assertTrue(
                System.nanoTime() - start >= CLIENT_PATIENCE.toNanos(),
                "the server had less time than RFC 8767 gives it");
        assertStale(answer);
        int asked = LAB.stub().seen(name).size();
        assertStale(LAB.ask(query()));
        assertEquals(asked, LAB.stub().seen(name).size());
    }

    @Test
    @Duty(53)
    void oldAnswerServesWhenTheServerFails() {
        LAB.answer(query -> Answer.to(query).with(Message.SERVFAIL).bytes());
        assertStale(LAB.ask(query()));
        assertTrue(LAB.stub().seen(name).size() > 1, "the server was not asked before");
    }

    @Test
    void newAnswerIsGivenWhenTheServerHasOne() {
        LAB.answer(query -> Answer.txt(query, "new", 300).edns(0).bytes());
        byte[] answer = LAB.ask(query());
        assertEquals("new", Answer.text(answer));
        assertEquals(300, Answer.ttl(answer));
    }

    /** The server's own failures are authoritative here, and Waymark's never are. */
    @Test
    void failureOfAServerNeverServesWhenItIsOld() {
        String failing = LAB.nextName();
        Query query = Query.of(failing, Query.TXT);
        LAB.answer(asked -> Answer.to(asked).with(AA | Message.SERVFAIL).bytes());
        assertEquals(AA, Message.flags(LAB.ask(query)) & AA);
        long stored = System.nanoTime();
        LAB.stub().plays(StubServer.SILENCE);
        Waiting.until(
                Waiting.PATIENCE,
                "it is old",
                () -> System.nanoTime() - stored > Duration.ofSeconds(5).toNanos());
        assertEquals(0, Message.flags(LAB.ask(query)) & AA);
    }

    @Test
    void oldAnswerNeverServesIfTheConfigurationDoesNotSaySo() {
        LAB.waymark().reload(CacheLab.setup());
        try {
            LAB.answer(query -> Answer.to(query).with(Message.SERVFAIL).bytes());
            assertEquals(Message.SERVFAIL, Message.rcode(LAB.ask(query())));
        } finally {
            LAB.waymark().reload(setup());
        }
    }
}

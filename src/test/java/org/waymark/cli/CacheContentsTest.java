package org.waymark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How {@code waymark cache} and {@code waymark flush} tell people what the running Waymark says. */
class CacheContentsTest {
    private static final Map<String, Object> FIGURES = Map.of(
            "size", 16 << 20, "used", 3 << 20, "answers", 1_234, "hits", 3, "misses", 1, "share_mask", 0xffff_ffffL);

    private static Map<String, Object> row(String name, Map<String, Object> others) {
        Map<String, Object> row = new HashMap<>(Map.of(
                "name", name, "type", "A", "group", "default", "mark", 137, "asked_with", "RD", "rcode", "NOERROR"));
        row.putAll(Map.of("age_seconds", 12.3, "ttl_seconds", 247.7, "bytes", 1_120, "stale", false));
        row.putAll(others);
        return row;
    }

    private static String text(Map<String, Object> others) {
        Map<String, Object> answer = new HashMap<>(FIGURES);
        answer.putAll(others);
        return CacheContents.text(new Answer(answer));
    }

    @Test
    void eachAnswerIsALine() {
        assertEquals(
                """
                1,234 answers in 3.0 MiB of 16.0 MiB; has answered 3 of 4 queries (75.0 %)

                NAME        TYPE  GROUP    MARK        RCODE     AGE       LEFT  BYTES  ASKED WITH
                a.example.  A     default  0x89 (137)  NOERROR  12 s  4 min 7 s  1,120
                b.example.  A     default  0x89 (137)  NOERROR  12 s      stale  1,120  RD EDNS DO
                and 3 more (--limit)
                """,
                text(Map.of(
                        "found",
                        5,
                        "rows",
                        List.of(
                                row("a.example.", Map.of()),
                                row("b.example.", Map.of("stale", true, "asked_with", "RD EDNS DO"))))));
    }

    @Test
    void theMarksThatShareAnAnswerAreTold() {
        Map<String, Object> one = Map.of("found", 1, "rows", List.of(row("a.example.", Map.of("mark", 0x100))));

        assertEquals("0x100/0xf00", mark(one, 0xf00));
        assertEquals("all", mark(one, 0));
    }

    private static String mark(Map<String, Object> answer, int shareMask) {
        Map<String, Object> shared = new HashMap<>(answer);
        shared.put("share_mask", shareMask);
        return text(shared).lines().toList().get(3).split(" +")[3];
    }

    @Test
    void aCacheThatIsOffOrHasNothingSaysSo() {
        assertEquals("off: cache.size is \"0\"\n", text(Map.of("size", 0)));
        assertEquals(
                "0 answers in 0 B of 16.0 MiB; has answered 0 of 0 queries\n",
                text(Map.of("used", 0, "answers", 0, "hits", 0, "misses", 0)));
    }

    @Test
    void aFlushSaysHowManyAnswersItHasRemoved() {
        assertEquals("removed 1 answer from the cache\n", Flush.text(new Answer(Map.of("answers_removed", 1))));
        assertEquals(
                "removed 1,234 answers from the cache; closed 1 idle socket or connection to a server; forgot 2 round-trip"
                        + " times, and in 0 cases that a server was down (each mark, server and worker counts)\n",
                Flush.text(new Answer(Map.of(
                        "answers_removed", 1_234,
                        "sockets_closed", 1,
                        "round_trip_times_forgotten", 2,
                        "downs_forgotten", 0))));
    }
}

package org.waymark.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatestWarningsTest {
    private static final Instant START = Instant.ofEpochSecond(1_000);

    private final LatestWarnings warnings = new LatestWarnings();

    private List<String> since(Instant start) {
        return warnings.since(start).stream()
                .map(LatestWarnings.Warning::message)
                .toList();
    }

    @Test
    void theLatestIsFirstAndOldOnesAreLeftOut() {
        warnings.add(START, "old");
        warnings.add(START.plusSeconds(10), "one");
        warnings.add(START.plusSeconds(20), "two");

        assertEquals(List.of("two", "one"), since(START.plusSeconds(10)));
    }

    @Test
    void thereAreNeverMoreThanFifty() {
        IntStream.range(0, 1000).forEach(i -> warnings.add(START.plusSeconds(i), "warning " + i));

        List<String> all = since(START);
        assertEquals(50, all.size());
        assertEquals("warning 999", all.get(0));
        assertEquals("warning 950", all.get(49));
    }
}

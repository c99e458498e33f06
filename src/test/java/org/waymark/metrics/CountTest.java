package org.waymark.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CountTest {
    /** The text format of Prometheus, with one value for each label. */
    private static final Pattern METRIC = Pattern.compile(
            "(waymark_[a-z_]+_total)(\\{([a-z]+=\"[a-z][a-z0-9_-]*\"(,[a-z]+=\"[a-z][a-z0-9_-]*\")*)\\})?");

    @ParameterizedTest
    @EnumSource
    void hasANameThatProgramsCanRead(Count count) {
        assertTrue(METRIC.matcher(count.metric()).matches(), count.metric());
    }

    @Test
    void everyNameIsItsOwn() {
        Set<String> names = new HashSet<>();
        for (Count count : Count.values()) {
            assertTrue(names.add(count.metric()), count.metric());
        }
    }

    /** Otherwise programs could not add up what has the same name. */
    @Test
    void theSameNameHasTheSameLabel() {
        Map<String, String> labels = new HashMap<>();
        for (Count count : Count.values()) {
            Matcher metric = METRIC.matcher(count.metric());
            assertTrue(metric.matches());
            String label = String.valueOf(metric.group(3)).replaceAll("\"[^\"]*\"", "");
            assertEquals(label, labels.computeIfAbsent(metric.group(1), name -> label), count.metric());
        }
    }

    @Test
    void tellsOneFromSeveral() {
        assertEquals("1 query over UDP and IPv4", Count.UDP_IPV4_QUERIES.describe(1));
        assertEquals("0 queries over UDP and IPv4", Count.UDP_IPV4_QUERIES.describe(0));
        assertEquals("2 tries that no server answered in time", Count.TIMEOUTS.describe(2));
    }
}

package org.waymark.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/metrics.md lists what /metrics gives: every metric of Waymark's own, its type and its labels, and no other. */
class MetricsDocumentTest {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z_]+)` \\| (\\w+) \\| ([^|]*) \\|.*");

    @Test
    void everyMetricIsDescribedWithItsLabels() throws IOException {
        Map<String, String> described = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("docs", "metrics.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                described.put(row.group(1), (row.group(2) + " " + row.group(3)).strip());
            }
        }
        Exposed exposed = new Exposed();
        Map<String, String> given = new TreeMap<>();
        exposed.types.forEach((family, type) -> {
            if (family.startsWith("waymark_")) {
                given.put(family, (type + " " + text(exposed, family)).strip());
            }
        });

        assertEquals(given.toString().replace(", ", "\n"), described.toString().replace(", ", "\n"));
    }

    @Test
    void everyMetricSaysWhatItIs() {
        Exposed exposed = new Exposed();

        exposed.types.keySet().forEach(family -> assertTrue(exposed.isExplained(family), family));
    }

    private static String text(Exposed exposed, String family) {
        return exposed.labelsOf(family).stream()
                .map(label -> "`" + label + "`")
                .reduce((one, other) -> one + " " + other)
                .orElse("");
    }
}

package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The rows that tell what the meter has seen of which forwarder, kept in {@code exact-marks.md} of the build's folder. */
public final class ExactMarksTable {
    private static final String HEAD = """
            | scenario | forwarder | queries | packets checked | wrong |
            |---|---|--:|--:|--:|
            """;

    private static final Map<String, String> ROWS = new TreeMap<>();

    private ExactMarksTable() {}

    /**
     * Adds a row of Waymark, for whom every packet must have had its mark, and so fails as {@link Measurement#assertExact} does.
     *
     * @param queries how many queries clients have sent
     */
    public static void addExact(String scenario, long queries, Measurement measured) {
        measured.assertExact(queries);
        add(Forwarders.WAYMARK, scenario, queries, measured.packets(), measured.wrong());
    }

    /**
     * Adds a row, and writes the file afresh.
     *
     * @param queries how many queries clients have sent
     * @param wrong how many packets, or queries, had not the mark that they were due
     */
    public static synchronized void add(Forwarders forwarder, String scenario, long queries, long packets, long wrong) {
        String name = forwarder == Forwarders.WAYMARK ? "Waymark" : "dnsmasq --conntrack";
        String row = "| %s | %s | %,d | %,d | %,d |".formatted(scenario, name, queries, packets, wrong);
        System.out.println(row);
        ROWS.put(scenario + name, row);
        try {
            Path file = Path.of(System.getProperty("waymark.home")).resolveSibling("exact-marks.md");
            Files.writeString(file, HEAD + String.join("\n", ROWS.values()) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

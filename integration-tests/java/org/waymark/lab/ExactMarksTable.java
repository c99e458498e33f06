package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeSet;

/**
 * The rows that tell what the meter has seen of which forwarder, kept in {@code exact-marks.md} of the build's folder. The JVMs of one
 * build write to it in turn.
 */
public final class ExactMarksTable {
    private static final String HEAD = """
            | scenario | forwarder | queries | packets checked | wrong |
            |---|---|--:|--:|--:|
            """;

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
     * Adds a row, in place of the one that an earlier build has left.
     *
     * @param queries how many queries clients have sent
     * @param wrong how many packets, or queries, had not the mark that they were due
     */
    public static synchronized void add(Forwarders forwarder, String scenario, long queries, long packets, long wrong) {
        String name = forwarder == Forwarders.WAYMARK ? "Waymark" : "dnsmasq --conntrack";
        String start = "| %s | %s |".formatted(scenario, name);
        String row = start + " %,d | %,d | %,d |".formatted(queries, packets, wrong);
        System.out.println(row);
        Path file = Path.of(System.getProperty("waymark.home")).resolveSibling("exact-marks.md");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.lock();
            String before = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            TreeSet<String> rows = new TreeSet<>();
            before.lines()
                    .skip(HEAD.lines().count())
                    .filter(line -> !line.startsWith(start))
                    .forEach(rows::add);
            rows.add(row);
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(HEAD + String.join("\n", rows) + "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

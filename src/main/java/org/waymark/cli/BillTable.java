package org.waymark.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the bill as a table for people, or as comma-separated values (RFC 4180) for programs. */
final class BillTable {
    private static final List<String> LEGS = List.of("up", "down", "server_dns", "client_dns");
    private static final List<String> HEADERS =
            List.of("account", "mark", "internet", "up", "down", "DNS upstream", "DNS of client", "quota");
    private static final int TEXT_COLUMNS = 2;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int UNIT = 1024;

    private BillTable() {}

    /** Writes a table with sizes such as {@code 1.5 GiB}. */
    static String forPeople(List<Map<?, ?>> lines) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADERS));
        for (Map<?, ?> line : lines) {
            Stream<String> sizes =
                    Stream.concat(Stream.of("internet"), LEGS.stream()).map(leg -> size(bytes(line, leg)));
            rows.add(Stream.of(Stream.of(name(line), text(line, "mark")), sizes, Stream.of(quota(line)))
                    .flatMap(part -> part)
                    .toList());
        }
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < HEADERS.size(); column++) {
            int at = column;
            widths.add(rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
        }
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining());
    }

    private static String line(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            boolean isText = column < TEXT_COLUMNS || column == row.size() - 1;
            line.append(column == 0 ? "" : "  ")
                    .append(("%" + (isText ? "-" : "") + widths.get(column) + "s").formatted(row.get(column)));
        }
        return line.toString().stripTrailing() + "\n";
    }

    private static String name(Map<?, ?> line) {
        String name = text(line, "name");
        return name.isEmpty() ? "-" : name;
    }

    private static String quota(Map<?, ?> line) {
        if (!line.containsKey("quota")) {
            return "-";
        }
        long quota = ((Number) line.get("quota")).longValue();
        Object reached = line.get("reached");
        return size(quota)
                + (reached == null
                        ? ", %d %% used".formatted(Math.min(99, bytes(line, "internet") * 100 / quota))
                        : ", reached on " + reached);
    }

    /** Writes a number of bytes with one digit after the point, from 1 KiB on. */
    static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= UNIT && unit < UNITS.length - 1) {
            value /= UNIT;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** Writes a line for each account, with bytes and packets of every leg. */
    static String commaSeparated(List<Map<?, ?>> lines) {
        List<String> header = new ArrayList<>(List.of("name", "mark"));
        Stream.concat(Stream.of("internet"), LEGS.stream())
                .forEach(leg -> header.addAll(List.of(leg + "_bytes", leg + "_packets")));
        header.addAll(List.of("quota", "reached"));
        StringBuilder text = new StringBuilder(String.join(",", header)).append("\r\n");
        for (Map<?, ?> line : lines) {
            List<String> values = new ArrayList<>(List.of(quoted(text(line, "name")), text(line, "mark")));
            Stream.concat(Stream.of("internet"), LEGS.stream())
                    .forEach(leg -> values.addAll(List.of(count(line, leg, "bytes"), count(line, leg, "packets"))));
            values.addAll(List.of(text(line, "quota"), text(line, "reached")));
            text.append(String.join(",", values)).append("\r\n");
        }
        return text.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String count(Map<?, ?> line, String leg, String what) {
        return ((Map<?, ?>) line.get(leg)).get(what).toString();
    }

    private static long bytes(Map<?, ?> line, String leg) {
        return Long.parseLong(count(line, leg, "bytes"));
    }

    private static String text(Map<?, ?> line, String key) {
        Object value = line.get(key);
        return value == null ? "" : value.toString();
    }
}

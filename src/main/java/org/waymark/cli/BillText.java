package org.waymark.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The bill as a table for people, and as comma-separated values for programs (RFC 4180). */
final class BillText {
    private static final List<String> SUMS = List.of("internet", "up", "down", "server_dns", "client_dns");
    private static final long HUNDRED_PERCENT = 100;

    private BillText() {}

    /** A table with sizes such as {@code 1.5 GiB}, and what makes sums doubtful below it. */
    static String forPeople(Answer bill) {
        Table table =
                new Table("ACCOUNT", "MARK", ">INTERNET", ">UP", ">DOWN", ">DNS UPSTREAM", ">DNS OF CLIENT", "QUOTA");
        for (Answer line : bill.parts("accounts")) {
            List<String> cells = new ArrayList<>(List.of(name(line), line.text("mark")));
            SUMS.forEach(sum -> cells.add(Wording.size(line.part(sum).number("bytes"))));
            cells.add(quota(line));
            table.add(cells.toArray(String[]::new));
        }
        return table
                + bill.texts("warnings").stream()
                        .map(warning -> "\nwarning: " + warning + "\n")
                        .collect(Collectors.joining());
    }

    private static String name(Answer line) {
        return line.text("name").isEmpty() ? Wording.NONE : line.text("name");
    }

    private static String quota(Answer line) {
        long quota = line.number("quota");
        if (quota == 0) {
            return Wording.NONE;
        }
        double used = (double) line.part("internet").number("bytes") / quota;
        return Wording.size(quota)
                + (line.has("reached")
                        ? ", reached on " + line.text("reached")
                        : ", %d %% used".formatted((long) (used * HUNDRED_PERCENT)));
    }

    /** A line for each account, with bytes and packets of every sum; what is absent is empty. */
    static String commaSeparated(Answer bill) {
        Stream<String> columns = SUMS.stream().flatMap(sum -> Stream.of(sum + "_bytes", sum + "_packets"));
        return "name,mark," + columns.collect(Collectors.joining(",")) + ",quota,reached\r\n"
                + bill.parts("accounts").stream()
                        .map(BillText::commaSeparatedLine)
                        .collect(Collectors.joining());
    }

    private static String commaSeparatedLine(Answer line) {
        Stream<String> sums =
                SUMS.stream().map(line::part).flatMap(sum -> Stream.of(sum.text("bytes"), sum.text("packets")));
        return quoted(line.text("name")) + "," + line.text("mark") + "," + sums.collect(Collectors.joining(",")) + ","
                + orEmpty(line, "quota") + "," + orEmpty(line, "reached") + "\r\n";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String orEmpty(Answer line, String key) {
        return line.has(key) ? line.text(key) : "";
    }
}

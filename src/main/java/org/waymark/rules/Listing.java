package org.waymark.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.waymark.programs.HostProgram;

/**
 * A list that a program of the host writes of its rules, routes or settings.
 *
 * @param command the program with its arguments
 * @param ours whether all lines are of Waymark's rules, so that those that are not wanted are left over from an earlier load
 * @param reader takes the lines from what it writes
 */
record Listing(List<String> command, boolean ours, Function<String, List<Line>> reader) {
    /**
     * A line of a list. Lines of one place stand in an order that matters.
     *
     * @param place the chain, table or file that it stands in
     * @param text the line itself
     */
    record Line(String place, String text) {
        @Override
        public String toString() {
            return place + ": " + text;
        }
    }

    /** A table of nft: each line with the chain, set or map that it is in. What rules have added to sets and maps is left out. */
    static Listing nft(String family, String table) {
        return new Listing(List.of("nft", "-s", "-t", "list", "table", family, table), true, output -> {
            List<Line> lines = new ArrayList<>();
            String block = "";
            for (String line : output.lines().map(String::strip).toList()) {
                if (line.endsWith(" {")) {
                    block = line.substring(0, line.length() - 2);
                } else if (!line.isEmpty() && !line.equals("}")) {
                    lines.add(new Line("table " + family + " " + table + ", " + block, line));
                }
            }
            return lines;
        });
    }

    /** The rules of iptables or ip6tables in chains of Waymark, and those that lead there: each with its table and chain. */
    static Listing tables(String program) {
        return new Listing(List.of(program + "-save"), true, output -> {
            List<Line> lines = new ArrayList<>();
            String table = "";
            for (String line : output.lines().toList()) {
                if (line.startsWith("*")) {
                    table = line.substring(1);
                } else if (line.startsWith("-A ") && line.contains("WAYMARK-")) {
                    lines.add(new Line(program + " -t " + table + ", chain " + line.split(" ")[1], line));
                }
            }
            return lines;
        });
    }

    /** A setting of the kernel, which is the host's, too. */
    static Listing setting(String file) {
        return new Listing(List.of("cat", file), false, output -> List.of(new Line(file, output.strip())));
    }

    /** A list without parts and order. The state of a link is left out: it is not what was set up. */
    static Listing lines(String place, String... command) {
        return new Listing(List.of(command), true, output -> output.lines()
                .map(line ->
                        line.replaceAll(" (linkdown|dead|\\[detached\\])", "").strip())
                .sorted()
                .map(line -> new Line(place, line))
                .toList());
    }

    /** The same list, of which only those lines count that end in a text. */
    Listing only(String end) {
        return new Listing(command, ours, output -> reader.apply(output).stream()
                .filter(line -> line.text().endsWith(end))
                .toList());
    }

    /** Reads the list of the network that the calling thread is in; what can't be listed is not there. */
    List<Line> read() {
        String[] arguments = command.stream().skip(1).toArray(String[]::new);
        return HostProgram.run(command.get(0), arguments)
                .filter(HostProgram.Result::succeeded)
                .map(result -> reader.apply(result.output()))
                .orElse(List.of());
    }

    /** The lines that are there, but not wanted, wherever they stand. */
    Stream<Line> leftOver(List<Line> wanted, List<Line> present) {
        List<Line> rest = new ArrayList<>(wanted);
        return ours ? present.stream().filter(line -> !rest.remove(line)) : Stream.of();
    }

    /** The lines that are not among others, or not at their place in the order. */
    static Stream<Line> missing(List<Line> wanted, List<Line> present) {
        List<Line> rest = new ArrayList<>(present);
        return wanted.stream().filter(line -> {
            int found = rest.indexOf(line);
            if (found < 0) {
                return true;
            }
            List<Line> before = rest.subList(0, found + 1);
            before.removeIf(other -> other.place().equals(line.place()));
            return false;
        });
    }
}

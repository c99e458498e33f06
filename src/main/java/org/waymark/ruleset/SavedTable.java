package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table as iptables-save writes it.
 *
 * @param program the iptables that it belongs to
 * @param name its name, such as {@code mangle}
 * @param lines its chains, as {@code :PREROUTING ACCEPT [0:0]}, and its rules, as {@code -A PREROUTING ...}
 * @param whole whether iptables shows all that is in it; otherwise nft has added more
 */
record SavedTable(IptablesProgram program, String name, List<String> lines, boolean whole) {
    /** What the back end of nftables says in its output about a table that nft has changed. */
    private static final Pattern NOT_WHOLE = Pattern.compile("# Table [`']([^']+)' contains incompatible .*");

    SavedTable {
        lines = List.copyOf(lines);
    }

    /** Takes apart what iptables-save has written. */
    static List<SavedTable> parse(IptablesProgram program, String output) {
        List<SavedTable> tables = new ArrayList<>();
        List<String> notWhole = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        String name = "";
        for (String line : output.lines().toList()) {
            Matcher complaint = NOT_WHOLE.matcher(line);
            if (complaint.matches()) {
                notWhole.add(complaint.group(1));
            } else if (line.startsWith("*")) {
                name = line.substring(1);
                lines.clear();
            } else if (line.equals("COMMIT")) {
                tables.add(new SavedTable(program, name, lines, !notWhole.contains(name)));
            } else if (!line.startsWith("#")) {
                lines.add(line);
            }
        }
        return tables;
    }

    /** The same table without the built-in chains that do not exist: iptables-save shows them, and to load them would make them. */
    SavedTable withChains(Set<String> existing) {
        List<String> kept = lines.stream()
                .filter(line -> !line.startsWith(":") || existing.contains(line.substring(1, line.indexOf(' '))))
                .toList();
        return new SavedTable(program, name, kept, whole);
    }

    /** The table as iptables-restore reads it. */
    String text() {
        return "*" + name + "\n" + String.join("\n", lines) + "\nCOMMIT\n";
    }
}

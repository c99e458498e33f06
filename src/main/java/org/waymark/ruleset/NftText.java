package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A table as {@code nft list ruleset} writes it.
 *
 * @param family its family, such as {@code inet}
 * @param name its name
 * @param lines its lines, with the first, which names it, and the last, its closing brace
 */
record NftText(String family, String name, List<String> lines) {
    private static final Pattern TABLE = Pattern.compile("table (\\w+) (\\S+) \\{.*");
    private static final Pattern CHAIN = Pattern.compile("\tchain (\\S+) \\{.*");
    private static final Pattern HANDLE = Pattern.compile("(.*) # handle (\\d+)");
    private static final Pattern WAYMARK = Pattern.compile("waymark-\\d+(-late)?");
    private static final Pattern OFFLOAD = Pattern.compile("\\sflow (add|offload) @");
    private static final List<String> OF_PROCESS = List.of("owner", "persist");

    NftText {
        lines = List.copyOf(lines);
    }

    /** Takes apart what nft has written; Waymark's own tables are left out. */
    static List<NftText> parse(String listing) {
        List<NftText> tables = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (String line : listing.lines().toList()) {
            if (line.startsWith("table ")) {
                lines.clear();
            }
            lines.add(line);
            Matcher head = TABLE.matcher(lines.get(0));
            if (line.equals("}") && head.matches() && !isWaymarks(head.group(2))) {
                tables.add(new NftText(head.group(1), head.group(2), lines));
            }
        }
        return tables;
    }

    /** Whether a table with this name is one of Waymark's own. */
    static boolean isWaymarks(String name) {
        return WAYMARK.matcher(name).matches();
    }

    /** The names of its chains. */
    Set<String> chains() {
        return lines.stream()
                .map(CHAIN::matcher)
                .filter(Matcher::matches)
                .map(chain -> chain.group(1))
                .collect(Collectors.toSet());
    }

    /** Its rules by their handles, if it was listed with them. Long ones go on in lines with more tabs. */
    Map<String, String> rules() {
        Map<String, String> rules = new HashMap<>();
        String rule = "";
        for (String line : lines) {
            rule = line.startsWith("\t\t\t") ? rule + " " + line.strip() : line.strip();
            Matcher handle = HANDLE.matcher(rule);
            if (line.startsWith("\t\t") && handle.matches()) {
                rules.put(handle.group(2), handle.group(1));
            }
        }
        return rules;
    }

    /**
     * The table as {@code nft -f} reads it, without what can't be copied: an owner, with whose end the table would disappear, and
     * flowtables, which need the interfaces that they are for.
     */
    String withoutOwnerAndFlowtables() {
        List<String> kept = new ArrayList<>();
        boolean inFlowtable = false;
        for (String line : lines) {
            inFlowtable |= line.startsWith("\tflowtable ");
            if (!inFlowtable && !OFFLOAD.matcher(line).find()) {
                kept.add(line.startsWith("\tflags ") ? withoutOwner(line) : line);
            }
            inFlowtable &= !line.equals("\t}");
        }
        return String.join("\n", kept) + "\n";
    }

    private static String withoutOwner(String line) {
        List<String> flags = new ArrayList<>(
                List.of(line.strip().substring("flags ".length()).split(",\\s*")));
        flags.removeAll(OF_PROCESS);
        return flags.isEmpty() ? "" : "\tflags " + String.join(",", flags);
    }
}

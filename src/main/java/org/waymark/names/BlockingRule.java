package org.waymark.names;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A rule of an ad blocker (Adblock Plus, uBlock Origin, AdGuard). {@code ||example.com^} is for a domain and all below it, and with
 * {@code @@} in front it takes them out of the list. All others are about parts of web pages.
 */
final class BlockingRule {
    static final String NOT_FOR_DNS = "it is not a rule for whole domains";

    /** What comes after a dollar sign and changes nothing for DNS. */
    private static final Set<String> HARMLESS = Set.of("important", "all");

    private boolean isException;
    private boolean isBelow;
    private int nameFrom;
    private int nameTo;
    private String problem;

    /** Whether a line is such a rule, good or not. */
    static boolean isMeantBy(byte[] line, int from, int to) {
        boolean hasSign = line[from] == '/' || line[from] == '@' && from + 1 < to && line[from + 1] == '@';
        for (int i = from; i < to && !hasSign; i++) {
            hasSign = line[i] == '|' || line[i] == '^' || line[i] == '$' || isForElements(line, i, from, to);
        }
        return hasSign;
    }

    /** Rules that hide elements of pages have ##, #@#, #?# or the like behind a domain. */
    private static boolean isForElements(byte[] line, int at, int from, int to) {
        return line[at] == '#'
                && at > from
                && !Lines.isBlank(line[at - 1])
                && at + 1 < to
                && "#@?$%".indexOf(line[at + 1]) >= 0;
    }

    /** Reads a rule; returns whether it is for a domain. */
    boolean read(byte[] line, int from, int to) {
        isException = line[from] == '@';
        int at = isException ? from + 2 : from;
        int end = at;
        while (end < to && line[end] != '^') {
            end++;
        }
        problem = NOT_FOR_DNS;
        if (end == to || end < at + 2 || line[at] != '|' || line[at + 1] != '|') {
            return false;
        }
        isBelow = line[at + 2] == '*' && line[at + 3] == '.';
        nameFrom = at + (isBelow ? 4 : 2);
        nameTo = end;
        String options = new String(line, end + 1, to - end - 1, StandardCharsets.ISO_8859_1);
        return options.isEmpty() || options.equals("|") || areHarmless(options);
    }

    private boolean areHarmless(String text) {
        String options = text.startsWith("|") ? text.substring(1) : text;
        boolean areHarmless = options.startsWith("$")
                && Stream.of(options.substring(1).split(",")).allMatch(HARMLESS::contains);
        if (options.startsWith("$") && !areHarmless) {
            problem = "its options " + options + " are about more than names";
        }
        return areHarmless;
    }

    /** What the rule says about its domain. */
    Verdict verdict() {
        return isException ? Verdict.EXCEPTED : isBelow ? Verdict.BELOW : Verdict.BOTH;
    }

    /** Where the domain begins. */
    int nameFrom() {
        return nameFrom;
    }

    /** Where it ends. */
    int nameTo() {
        return nameTo;
    }

    /** Why the rule is not for a domain, for people. */
    String problem() {
        return problem;
    }
}

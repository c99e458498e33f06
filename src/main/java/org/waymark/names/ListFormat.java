package org.waymark.names;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.waymark.names.NameCollector.TooManyNamesException;

/**
 * Reads lists that have an entry on each line, which may be a name, a line of a hosts file, or a rule of an ad blocker. Each line shows by
 * itself which of them it is.
 */
final class ListFormat {
    /** Words that come after the owner in the first line of a zone. */
    private static final Set<String> OF_ZONES = Set.of("IN", "SOA", "NS", "CNAME", "A", "AAAA", "TXT");

    private static final int WORDS_LOOKED_AT = 4;

    private final NameCollector names;
    private final BadLines badLines;
    private final NameText name = new NameText();
    private final BlockingRule rule = new BlockingRule();
    private final HostsLine hosts = new HostsLine();
    private byte[] line;
    private int number;
    private boolean isForBrowsers;

    ListFormat(NameCollector names, BadLines badLines) {
        this.names = names;
        this.badLines = badLines;
    }

    /** Whether a file is a zone, by its first line that is not empty or a comment. */
    static boolean isZone(byte[] head) throws IOException {
        Lines lines = new Lines(new ByteArrayInputStream(head));
        while (lines.next()) {
            if (lines.from() < lines.to() && !isComment(lines.bytes()[lines.from()])) {
                String text =
                        new String(lines.bytes(), lines.from(), lines.to() - lines.from(), StandardCharsets.ISO_8859_1);
                return isOfZone(List.of(text.split("[ \t]+", WORDS_LOOKED_AT + 1)));
            }
        }
        return false;
    }

    private static boolean isOfZone(List<String> words) {
        return words.get(0).startsWith("$")
                || words.stream()
                        .skip(1)
                        .limit(WORDS_LOOKED_AT - 1)
                        .anyMatch(word -> OF_ZONES.contains(word.toUpperCase(Locale.ROOT)));
    }

    private static boolean isComment(byte first) {
        return first == '#' || first == '!' || first == ';';
    }

    /** Reads a list to its end. */
    void read(InputStream input) throws IOException {
        Lines lines = new Lines(input);
        line = lines.bytes();
        while (lines.next()) {
            number = lines.number();
            int from = lines.from();
            int to = lines.to();
            if (lines.isCut()) {
                bad("it is too long to name a domain");
            } else if (from < to && !isComment(line[from])) {
                readEntry(from, to);
            }
        }
    }

    private void readEntry(int from, int to) throws TooManyNamesException {
        if (line[from] == '[' && line[to - 1] == ']') {
            isForBrowsers = true;
        } else if (BlockingRule.isMeantBy(line, from, to)) {
            isForBrowsers = true;
            readRule(from, to);
        } else {
            int end = Words.endOfContent(line, from, to);
            int word = Words.end(line, from, end);
            int rest = Words.next(line, word, end);
            if (hosts.beginsWithAddress(line, from, word)) {
                readHosts(rest, end);
            } else if (rest < end) {
                bad("it has several words, but the first is not an address");
            } else {
                readName(from, word);
            }
        }
    }

    private void readRule(int from, int to) throws TooManyNamesException {
        if (!rule.read(line, from, to)) {
            badLines.useless(number, rule.problem());
        } else if (!name.read(line, rule.nameFrom(), rule.nameTo())) {
            badLines.useless(number, name.problem());
        } else {
            add(rule.verdict());
        }
    }

    private void readHosts(int from, int to) throws TooManyNamesException {
        if (from == to) {
            bad("no name follows the address");
        }
        int word = from;
        while (word < to) {
            int end = Words.end(line, word, to);
            if (hosts.isAddress(line, word, end)) {
                // Some lists begin with a line that gives 0.0.0.0 itself as a name.
            } else if (!name.read(line, word, end)) {
                bad(name.problem());
            } else if (!HostsLine.isOfTheHost(name)) {
                if (hosts.isNobodys()) {
                    add(Verdict.ITSELF);
                } else {
                    badLines.useless(number, "it has an address of its own, so it is not in a list of names");
                }
            }
            word = Words.next(line, end, to);
        }
    }

    private void readName(int from, int to) throws TooManyNamesException {
        boolean isBelow = line[from] == '*' && to - from > 1 && line[from + 1] == '.';
        boolean hasDot = line[from] == '.' && to - from > 1;
        int start = isBelow ? from + 2 : hasDot ? from + 1 : from;
        if (!name.read(line, start, to)) {
            bad(name.problem());
        } else if (name.length() == 0) {
            bad("it is the root, and so every name; if that is meant, write names = [\".\"] in the policy");
        } else if (isForBrowsers && name.isOneLabel()) {
            // Such as -advert-, which stands for a part of an address.
            badLines.useless(number, BlockingRule.NOT_FOR_DNS);
        } else {
            add(isBelow ? Verdict.BELOW : Verdict.BOTH);
        }
    }

    /** Lists for browsers have more kinds of rules than can be told apart. */
    private void bad(String problem) {
        if (isForBrowsers) {
            badLines.useless(number, problem);
        } else {
            badLines.broken(number, problem);
        }
    }

    private void add(Verdict verdict) throws TooManyNamesException {
        names.add(name.wire(), name.length(), verdict);
    }
}

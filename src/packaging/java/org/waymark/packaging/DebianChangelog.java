package org.waymark.packaging;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Debian's changelog (man 5 deb-changelog), which has the newest section of CHANGELOG.md as its only entry. */
final class DebianChangelog {
    private static final Pattern NEWEST_SECTION = Pattern.compile("(?ms)^## [^\n]*\n+(.*?)\\s*(?=^## |\\z)");
    private static final int WIDTH = 80;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss Z", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private DebianChangelog() {}

    /**
     * @param changes the text of CHANGELOG.md
     * @param control that of the package's control file, which names the maintainer
     * @param version of the package
     * @param time of the version
     */
    static String of(String changes, String control, String version, Instant time) {
        String items = Pattern.compile("(?m)^- ")
                .splitAsStream(find(NEWEST_SECTION, changes, "a section"))
                .filter(item -> !item.isBlank())
                .map(item -> item(item.strip().split("\\s+")))
                .collect(Collectors.joining());
        String maintainer = find(Pattern.compile("(?m)^Maintainer: (.*)$"), control, "a maintainer");
        return "waymark (%s) stable; urgency=medium%n%n%s%n -- %s  %s%n"
                .formatted(version, items, maintainer, DATE.format(time));
    }

    private static String item(String[] words) {
        StringBuilder lines = new StringBuilder();
        StringBuilder line = new StringBuilder("  *");
        for (String word : words) {
            if (line.length() + 1 + word.length() > WIDTH) {
                lines.append(line).append('\n');
                line = new StringBuilder("   ");
            }
            line.append(' ').append(word);
        }
        return lines.append(line).append('\n').toString();
    }

    private static String find(Pattern pattern, String text, String what) {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new IllegalArgumentException("there is not " + what + " in: " + text);
        }
        return found.group(1);
    }
}

package org.waymark.packaging;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * waymark.toml(5), from the comments of the annotated configuration. A block of it, between empty lines, has an explanation, perhaps with
 * an indented example, then perhaps the header of a section, and the keys with their defaults.
 */
final class ConfigurationPage {
    private static final Pattern KEY = Pattern.compile("(?:# )?([a-z-]+ = .*)");
    private static final Pattern HEADER = Pattern.compile("\\[+[a-z]+\\]+");
    private static final Pattern EXAMPLE = Pattern.compile("# {5}(.*)");

    private final Roff page;
    private String section = "";

    private ConfigurationPage(Roff page) {
        this.page = page;
    }

    /**
     * @param configuration the annotated configuration
     * @param date of the version, as 2026-11-20
     * @param version of the program
     */
    static Roff of(String configuration, String date, String version) {
        Roff page = new Roff("waymark.toml", 5, date, version);
        page.section("NAME").text("waymark.toml - the configuration of waymark(1)");
        page.section("SYNOPSIS").paragraph("/etc/waymark/waymark.toml, /etc/waymark/waymark.d/*.toml");
        page.section("DESCRIPTION");
        ConfigurationPage content = new ConfigurationPage(page);
        for (String block : configuration.strip().split("\n\n+")) {
            content.add(block.lines().toList());
        }
        return page.section("SEE ALSO").paragraph("waymark(1), waymark-doctor(1)");
    }

    private void add(List<String> block) {
        List<String> keys = new ArrayList<>();
        List<String> explanation = new ArrayList<>();
        for (String line : block) {
            Matcher key = KEY.matcher(line);
            Matcher example = EXAMPLE.matcher(line);
            if (HEADER.matcher(line).matches()) {
                begin(line);
            } else if (key.matches()) {
                keys.add(key.group(1));
            } else {
                if (example.matches() && HEADER.matcher(example.group(1)).matches()) {
                    begin(example.group(1));
                }
                explanation.add(line);
            }
        }
        boolean belongsToKeys = !keys.isEmpty()
                && !HEADER.matcher(block.get(block.size() - keys.size() - 1)).matches();
        if (belongsToKeys) {
            page.entries(keys);
        }
        explain(explanation, belongsToKeys);
        if (!belongsToKeys && !keys.isEmpty()) {
            page.entries(keys);
        }
    }

    private void begin(String header) {
        if (!header.equals(section)) {
            section = header;
            page.section(header);
        }
    }

    private void explain(List<String> lines, boolean ofKeys) {
        boolean first = true;
        List<String> paragraph = new ArrayList<>();
        List<String> example = new ArrayList<>();
        for (String line : lines) {
            Matcher indented = EXAMPLE.matcher(line);
            if (indented.matches()) {
                example.add(indented.group(1));
            } else if (line.equals("#")) {
                if (example.isEmpty()) {
                    first = write(paragraph, ofKeys, first);
                } else {
                    example.add("");
                }
            } else {
                paragraph.add(line.substring(2));
            }
        }
        write(paragraph, ofKeys, first);
        if (!example.isEmpty()) {
            page.verbatim(example);
        }
    }

    /** Returns whether the next paragraph is the first one of its block. */
    private boolean write(List<String> paragraph, boolean ofKeys, boolean first) {
        if (paragraph.isEmpty()) {
            return first;
        }
        String text = String.join("\n", paragraph);
        paragraph.clear();
        if (!ofKeys) {
            page.paragraph(text);
        } else if (first) {
            page.text(text);
        } else {
            page.continued(text);
        }
        return false;
    }
}

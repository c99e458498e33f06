package org.waymark.packaging;

import java.util.List;
import java.util.regex.Pattern;

/** A man page in the making (man 7 man), from plain text. */
final class Roff {
    private static final Pattern ENDS_WITH_HEADING = Pattern.compile("\n\\.S[HS] .*\n\\z");

    private final StringBuilder page = new StringBuilder();

    /**
     * Begins the page.
     *
     * @param name what the page is about
     * @param section of the manual
     * @param date of the version, as 2026-11-20
     * @param version of the program
     */
    Roff(String name, int section, String date, String version) {
        // Not justified: literal text would get spaces that are not to be typed.
        page.append(".TH \"%s\" %d \"%s\" \"Waymark %s\" \"Waymark\"\n.nh\n.ad l\n"
                .formatted(literal(name), section, date, version));
    }

    Roff section(String heading) {
        page.append(".SH \"").append(literal(heading)).append("\"\n");
        return this;
    }

    Roff subsection(String heading) {
        page.append(".SS \"").append(literal(heading)).append("\"\n");
        return this;
    }

    Roff paragraph(String text) {
        // A heading begins one by itself.
        if (!ENDS_WITH_HEADING.matcher(page).find()) {
            page.append(".PP\n");
        }
        return line(literal(text));
    }

    /** Continues in the next line of the source, which is the same line for who reads. */
    Roff text(String text) {
        return line(literal(text));
    }

    /** Entries that have one explanation, which follows. */
    Roff entries(List<String> names) {
        String macro = ".TP\n";
        for (String name : names) {
            page.append(macro).append("\\fB").append(literal(name)).append("\\fR\n");
            macro = ".TQ\n";
        }
        return this;
    }

    /** Another paragraph of an entry's explanation. */
    Roff continued(String text) {
        page.append(".IP\n");
        return line(literal(text));
    }

    /** Lines that are shown as they are. */
    Roff verbatim(List<String> lines) {
        page.append(".PP\n.RS 4\n.EX\n");
        lines.forEach(each -> line(literal(each)));
        page.append(".EE\n.RE\n");
        return this;
    }

    private Roff line(String escaped) {
        // A line that begins with a dot would be a command.
        page.append(escaped.replaceAll("(?m)^\\.", "\\\\&.")).append('\n');
        return this;
    }

    /** Signs that roff or a terminal would otherwise show as others, so that a command copied from a page still works. */
    private static String literal(String text) {
        return text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("\"", "\\(dq")
                .replace("'", "\\(aq")
                .replace("`", "\\(ga")
                .replace("^", "\\(ha")
                .replace("~", "\\(ti");
    }

    @Override
    public String toString() {
        return page.toString();
    }
}

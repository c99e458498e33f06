package org.waymark.lab;

import java.util.Locale;

/** Where Waymark takes the marks of clients' connections from. */
public enum MarkSource {
    CONNTRACK("", false),
    PACKET(", marks of packets", true);

    private final String title;
    private final boolean needsAcceptedMarks;

    MarkSource(String title, boolean needsAcceptedMarks) {
        this.title = title;
        this.needsAcceptedMarks = needsAcceptedMarks;
    }

    /** What it adds to the title of a scenario. */
    public String title() {
        return title;
    }

    /** The line of the configuration file's section on marks. */
    String line() {
        return "source = \"" + name().toLowerCase(Locale.ROOT) + '"';
    }

    /** Sets up the gateway's kernel as this source needs it, and not beyond that. */
    void prepare(Lab lab) {
        lab.acceptMarks(needsAcceptedMarks);
    }
}

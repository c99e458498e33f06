package org.waymark.lab;

/** Where Waymark takes the marks of clients' connections from. */
public enum MarkSource {
    CONNTRACK("", "source = \"conntrack\"", false),
    /** Conntrack without the table of Waymark's own: each connection is looked up. */
    LOOK_UP(", marks looked up", "own-rule = false", false),
    PACKET(", marks of packets", "source = \"packet\"", true);

    private final String title;
    private final String line;
    private final boolean needsAcceptedMarks;

    MarkSource(String title, String line, boolean needsAcceptedMarks) {
        this.title = title;
        this.line = line;
        this.needsAcceptedMarks = needsAcceptedMarks;
    }

    /** What it adds to the title of a scenario. */
    public String title() {
        return title;
    }

    /** The line of the configuration file's section on marks. */
    String line() {
        return line;
    }

    /** Sets up the gateway's kernel as this source needs it, and not beyond that. */
    void prepare(Lab lab) {
        lab.acceptMarks(needsAcceptedMarks);
    }
}

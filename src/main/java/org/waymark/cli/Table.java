package org.waymark.cli;

import java.util.ArrayList;
import java.util.List;

/** A table with aligned columns. */
final class Table {
    private final Columns columns;
    private final List<String[]> rows = new ArrayList<>();

    /**
     * @param names the headings; those of columns that align to the right begin with {@code >}
     */
    Table(String... names) {
        this.columns = new Columns(names);
    }

    void add(String... cells) {
        columns.fit(cells);
        rows.add(cells);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines of the table, each with its end. */
    @Override
    public String toString() {
        StringBuilder lines = new StringBuilder(columns.heading()).append('\n');
        rows.forEach(row -> lines.append(columns.line(row)).append('\n'));
        return lines.toString();
    }
}

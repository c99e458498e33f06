package org.waymark.cli;

import java.util.Arrays;

/**
 * Pads the cells of a table, line by line, so that they align. A column is as wide as its widest cell so far, up to a bound: a wider cell
 * moves the rest of its own line only.
 */
final class Columns {
    private static final String GAP = "  ";
    private static final char TO_THE_RIGHT = '>';

    private final String[] names;
    private final boolean[] toTheRight;
    private final int[] widths;
    private int mostWidth = Integer.MAX_VALUE;

    /**
     * @param names the headings; those of columns that align to the right begin with {@code >}
     */
    Columns(String... names) {
        this.names = new String[names.length];
        this.toTheRight = new boolean[names.length];
        for (int i = 0; i < names.length; i++) {
            toTheRight[i] = names[i].charAt(0) == TO_THE_RIGHT;
            this.names[i] = toTheRight[i] ? names[i].substring(1) : names[i];
        }
        this.widths = Arrays.stream(this.names).mapToInt(String::length).toArray();
    }

    /** Makes a column at least so wide. */
    Columns atLeast(int column, int width) {
        widths[column] = Math.max(widths[column], width);
        return this;
    }

    /** Bounds how wide the cells of a line make the columns for the lines after it. */
    Columns atMost(int width) {
        mostWidth = width;
        return this;
    }

    /** Makes the columns as wide as these cells need. */
    void fit(String... cells) {
        for (int i = 0; i < cells.length; i++) {
            atLeast(i, Math.min(mostWidth, cells[i].length()));
        }
    }

    /** The headings as a line, without its end. */
    String heading() {
        return line(names);
    }

    /** The cells as a line, without its end. */
    String line(String... cells) {
        fit(cells);
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String padding = " ".repeat(Math.max(0, widths[i] - cells[i].length()));
            line.append(toTheRight[i] ? padding + cells[i] : cells[i] + padding).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}

package org.waymark.bench;

import java.util.List;
import java.util.Locale;

/**
 * How the cost of a query grows as curves (SVG), a panel for each axis. What there is more of is drawn to a logarithmic scale, so that
 * logarithmic growth is a straight line.
 */
final class Curves {
    private static final int WIDTH = 900;
    private static final int PANEL_WIDTH = 450;
    private static final int PANEL_HEIGHT = 210;
    private static final int LEFT = 30;
    private static final int LENGTH = 370;
    private static final int TOP = 60;
    private static final int HEIGHT = 110;

    private static final String STYLE = """
            polyline { fill: none; stroke: #2da44e; stroke-width: 2 }
            circle { fill: #2da44e }
            line { stroke: #8c959f }
            .middle { text-anchor: middle }
            @media (prefers-color-scheme: dark) {
                polyline { stroke: #3fb950 }
                circle { fill: #3fb950 }
            }
            """;

    private final StringBuilder shapes = new StringBuilder();

    private Curves() {}

    static String of(List<Growth> all) {
        Curves curves = new Curves();
        for (int i = 0; i < all.size(); i++) {
            curves.draw(all.get(i), i % 2 * PANEL_WIDTH, i / 2 * PANEL_HEIGHT);
        }
        return Picture.svg(WIDTH, (all.size() + 1) / 2 * PANEL_HEIGHT, STYLE, curves.shapes);
    }

    private void draw(Growth growth, int left, int top) {
        List<Integer> values = List.copyOf(growth.points().keySet());
        double most = values.stream()
                .mapToDouble(value -> growth.median(value, Growth.Round::micros))
                .max()
                .orElseThrow();
        int bottom = top + TOP + HEIGHT;
        text(
                "title",
                left,
                top + 24,
                "CPU time a query, microseconds, by " + growth.axis().title());
        shapes.append("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%2$d\"/>%n"
                .formatted(left + LEFT - 10, bottom, left + LEFT + LENGTH + 10));
        StringBuilder points = new StringBuilder();
        for (int value : values) {
            double micros = growth.median(value, Growth.Round::micros);
            int x = left + LEFT + (int) Math.round(LENGTH * share(value, values));
            int y = bottom - (int) Math.round(HEIGHT * micros / most);
            points.append(x).append(',').append(y).append(' ');
            shapes.append("<circle cx=\"%d\" cy=\"%d\" r=\"3\"/>%n".formatted(x, y));
            text("middle", x, y - 8, String.format(Locale.ROOT, "%.1f", micros));
            text("middle", x, bottom + 18, String.format(Locale.ROOT, "%,d", value));
        }
        shapes.append("<polyline points=\"%s\"/>%n".formatted(points.toString().strip()));
    }

    /** Where a value is on the line, from 0 to 1. One more than the value counts, because of 0. */
    private static double share(int value, List<Integer> values) {
        double least = Math.log1p(values.get(0));
        double most = Math.log1p(values.get(values.size() - 1));
        return most == least ? 0 : (Math.log1p(value) - least) / (most - least);
    }

    private void text(String style, int x, int y, String text) {
        shapes.append("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>%n".formatted(style, x, y, text));
    }
}

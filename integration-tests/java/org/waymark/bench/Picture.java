package org.waymark.bench;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The medians of a scenario as bars (SVG), a panel for each of what matters most; readable on a light and on a dark page. */
final class Picture {
    private static final List<Panel> PANELS = List.of(
            new Panel("Queries a second at saturation (more is better)", Metric.THROUGHPUT),
            new Panel("CPU time a query, microseconds (less is better)", Metric.CPU),
            new Panel(
                    "Median latency at 5,000 queries a second, microseconds (less is better)",
                    Metric.latency(5_000, 50)),
            new Panel("Resident memory at saturation, MiB (less is better)", Metric.RESIDENT));

    private static final int WIDTH = 720;
    private static final int LABELS = 170;
    private static final int LONGEST_BAR = WIDTH - LABELS - 90;
    private static final int LINE = 24;
    private static final int TITLE = 34;

    private static final String STYLE = """
            text { font: 13px sans-serif; fill: #24292f }
            .title { font-weight: bold }
            .right { text-anchor: end }
            rect { fill: #8c959f }
            .own { fill: #2da44e }
            @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3 }
                rect { fill: #768390 }
                .own { fill: #3fb950 }
            }
            """;

    private record Panel(String title, Metric metric) {}

    private final StringBuilder shapes = new StringBuilder();
    private int y;

    private Picture() {}

    /** Metrics that were not measured are left out. */
    static String of(Results results) {
        Picture picture = new Picture();
        PANELS.forEach(panel -> picture.draw(panel, results));
        return svg(WIDTH, picture.y + LINE / 2, "", picture.shapes);
    }

    /** The whole of a picture, with styles besides those of texts and bars. */
    static String svg(int width, int height, String styles, CharSequence shapes) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img">
                <style>
                %3$s%4$s</style>
                %5$s</svg>
                """.formatted(width, height, STYLE, styles, shapes);
    }

    private void draw(Panel panel, Results results) {
        Set<Program> programs = results.programs();
        double greatest = programs.stream()
                .mapToDouble(program -> results.median(program, panel.metric()))
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(0);
        if (greatest == 0) {
            return;
        }
        y += TITLE;
        text("title", 0, panel.title());
        for (Program program : programs) {
            double value = results.median(program, panel.metric());
            int length = (int) Math.round(LONGEST_BAR * value / greatest);
            y += LINE;
            text("right", LABELS - 8, program.title());
            shapes.append("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"16\"/>%n"
                    .formatted(program.isWaymark() ? "own" : "other", LABELS, y - 13, length));
            int decimals = value < 1_000 ? panel.metric().decimals() : 0;
            text("value", LABELS + length + 6, String.format(Locale.ROOT, "%,." + decimals + "f", value));
        }
    }

    private void text(String style, int x, String text) {
        shapes.append("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>%n".formatted(style, x, y, text));
    }
}

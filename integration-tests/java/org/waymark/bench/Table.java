package org.waymark.bench;

import java.util.Locale;

/** The medians of a scenario as text: a line for each metric, a column for each program. */
final class Table {
    private static final int TITLE = 32;
    private static final int COLUMN = 22;

    private Table() {}

    static String of(Scenario scenario, Results results) {
        StringBuilder text = new StringBuilder();
        text.append('\n')
                .append(scenario)
                .append(": ")
                .append(scenario.meaning())
                .append("\n\n");
        text.append(" ".repeat(TITLE));
        for (Program program : results.programs()) {
            text.append(right(program.title()));
        }
        text.append('\n');
        for (Metric metric : Metric.all()) {
            if (results.programs().stream()
                    .allMatch(program -> results.all(program, metric).isEmpty())) {
                continue;
            }
            text.append(String.format("%-" + TITLE + "s", metric.title()));
            for (Program program : results.programs()) {
                text.append(right(cell(results, program, metric)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String cell(Results results, Program program, Metric metric) {
        double median = results.median(program, metric);
        if (Double.isNaN(median)) {
            return "-";
        }
        String value = String.format(Locale.ROOT, "%,." + metric.decimals() + "f", median);
        double ratio = results.ratio(program, metric);
        return program == results.yardstick() || Double.isNaN(ratio)
                ? value + "        "
                : value + String.format(Locale.ROOT, " (%5.2f)", ratio);
    }

    private static String right(String text) {
        return String.format("%" + COLUMN + "s", text);
    }
}

package org.waymark.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The figures of every round, with their medians and ratios, as JSON. */
final class Json {
    private Json() {}

    static String of(Map<Scenario, Results> all) {
        List<String> scenarios = new ArrayList<>();
        all.forEach((scenario, results) -> {
            List<String> programs = new ArrayList<>();
            for (Program program : results.programs()) {
                List<String> metrics = Metric.all().stream()
                        .filter(metric -> !results.all(program, metric).isEmpty())
                        .map(metric -> "      \"%s\": {\"median\": %s, \"ratio\": %s, \"rounds\": %s}"
                                .formatted(
                                        metric.key(),
                                        number(results.median(program, metric)),
                                        number(results.ratio(program, metric)),
                                        results.all(program, metric).stream()
                                                .map(Json::number)
                                                .toList()))
                        .toList();
                programs.add("    \"%s\": {\n%s\n    }".formatted(program.title(), String.join(",\n", metrics)));
            }
            scenarios.add("  \"%s\": {\n%s\n  }".formatted(scenario, String.join(",\n", programs)));
        });
        return "{\n" + String.join(",\n", scenarios) + "\n}\n";
    }

    /** JSON has no NaN. */
    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "null";
    }
}

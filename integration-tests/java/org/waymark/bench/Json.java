package org.waymark.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The figures of every round, with their medians and ratios, as JSON. */
final class Json {
    private Json() {}

    static String of(Map<String, String> machine, Map<Scenario, Results> all) {
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
        return "{\n\"machine\": %s,\n\"scenarios\": {\n%s\n}\n}\n"
                .formatted(of(machine), String.join(",\n", scenarios));
    }

    /** What the figures depend on, as an object. */
    static String of(Map<String, String> machine) {
        return machine.entrySet().stream()
                .map(entry -> "  \"%s\": \"%s\"".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(",\n", "{\n", "\n}"));
    }

    /** JSON has no NaN. */
    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "null";
    }
}

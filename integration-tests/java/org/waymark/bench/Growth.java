package org.waymark.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * How the cost of a query grows along an axis.
 *
 * @param points the rounds measured at each of the axis's values, in their order
 */
record Growth(Axis axis, Map<Integer, List<Round>> points) {
    /**
     * What was measured once.
     *
     * @param micros microseconds of processor time a query
     * @param rate answers a second
     * @param answeredPercent how many of all queries got the server's answer
     * @param residentMib resident memory at the end
     */
    record Round(double micros, double rate, double answeredPercent, double residentMib) {}

    double median(int value, ToDoubleFunction<Round> figure) {
        double[] sorted =
                points.get(value).stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** A line for each value: medians, but the fewest answers of any round; in brackets, in times those of the first value. */
    String table() {
        StringBuilder text = new StringBuilder("%n%-22s %22s %20s %12s %16s%n"
                .formatted(axis.title(), "CPU a query, us", "queries/s", "answered, %", "resident, MiB"));
        int first = points.keySet().iterator().next();
        points.forEach((value, rounds) -> text.append(String.format(
                Locale.ROOT,
                "%,22d %14.1f (%5.2f) %,12.0f (%5.2f) %12.3f %16.0f%n",
                value,
                median(value, Round::micros),
                median(value, Round::micros) / median(first, Round::micros),
                median(value, Round::rate),
                median(value, Round::rate) / median(first, Round::rate),
                rounds.stream().mapToDouble(Round::answeredPercent).min().orElseThrow(),
                median(value, Round::residentMib))));
        return text.toString();
    }

    static String json(Map<String, String> machine, List<Growth> all) {
        return "{\n\"machine\": %s,\n%s\n}\n"
                .formatted(Json.of(machine), all.stream().map(Growth::json).collect(Collectors.joining(",\n")));
    }

    private String json() {
        return points.entrySet().stream()
                .map(point -> "  \"%d\": %s"
                        .formatted(
                                point.getKey(),
                                point.getValue().stream().map(Growth::json).toList()))
                .collect(Collectors.joining(",\n", "\"" + axis + "\": {\n", "\n}"));
    }

    private static String json(Round round) {
        return "{\"cpu_per_query_us\": %s, \"answers_per_second\": %s, \"answered_percent\": %s, \"resident_mib\": %s}"
                .formatted(round.micros, round.rate, round.answeredPercent, round.residentMib);
    }
}

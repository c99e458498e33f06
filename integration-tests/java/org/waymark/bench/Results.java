package org.waymark.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was measured in one scenario, round by round. */
final class Results {
    private final Program yardstick;
    private final Map<Program, Map<Metric, List<Double>>> rounds = new EnumMap<>(Program.class);

    /**
     * @param yardstick what the others are compared to
     */
    Results(Program yardstick) {
        this.yardstick = yardstick;
    }

    void add(Program program, Map<Metric, Double> round) {
        Map<Metric, List<Double>> values = rounds.computeIfAbsent(program, key -> new java.util.HashMap<>());
        round.forEach((metric, value) ->
                values.computeIfAbsent(metric, key -> new ArrayList<>()).add(value));
    }

    Program yardstick() {
        return yardstick;
    }

    Set<Program> programs() {
        return rounds.keySet();
    }

    /** What each round gave; empty if it was not measured. */
    List<Double> all(Program program, Metric metric) {
        return rounds.getOrDefault(program, Map.of()).getOrDefault(metric, List.of());
    }

    /** The median of the rounds; NaN if it was not measured. */
    double median(Program program, Metric metric) {
        double[] sorted = all(program, metric).stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The median in times that of the yardstick; NaN if one of them was not measured or is 0. */
    double ratio(Program program, Metric metric) {
        double one = median(yardstick, metric);
        return one == 0 ? Double.NaN : median(program, metric) / one;
    }
}

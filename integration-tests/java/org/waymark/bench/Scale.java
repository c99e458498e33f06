package org.waymark.bench;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command that measures how Waymark's cost grows. */
@Command(
        name = "scale",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "Measures how the cost of a query grows with marks, queries in flight, connections on the host and"
                    + " cores; marks come from conntrack. Prints medians; in brackets, in times the first line's.",
            ""
        })
final class Scale implements Callable<Integer> {
    @Parameters(
            arity = "0..*",
            paramLabel = "AXIS",
            description = "Of what there is more and more. Default: ${DEFAULT-VALUE}.")
    private List<Axis> axes = List.of(Axis.values());

    @Mixin
    private final CommonOptions options = new CommonOptions(3, "scale");

    private Scale() {}

    @Override
    public Integer call() throws Exception {
        Map<String, String> machine = Machine.describe();
        machine.forEach((key, value) -> System.out.printf("%-10s %s%n", key, value));
        if (axes.contains(Axis.CONNECTIONS)) {
            ScaleLab.raiseMostConnections();
        }
        List<Growth> all = new ArrayList<>();
        try (ScaleLab lab = new ScaleLab(options.seconds(), options.warmUp())) {
            for (Axis axis : axes) {
                Map<Integer, List<Growth.Round>> points = new LinkedHashMap<>();
                for (int round = 0; round < options.rounds(); round++) {
                    for (int value : axis.points()) {
                        points.computeIfAbsent(value, key -> new ArrayList<>()).add(axis.measure(lab, value));
                    }
                }
                Growth growth = new Growth(axis, points);
                System.out.print(growth.table());
                all.add(growth);
            }
        }
        Files.writeString(options.picture(), Curves.of(all));
        Files.writeString(options.json(), Growth.json(machine, all));
        System.out.println(
                "\nThe figures of every round are in " + options.json() + ", the curves in " + options.picture() + ".");
        return 0;
    }
}

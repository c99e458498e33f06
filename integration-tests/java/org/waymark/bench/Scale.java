package org.waymark.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that measures how Waymark's cost grows. */
@Command(
        name = "scale",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "Measures how the cost of a query grows with marks, connections on the host and cores;"
                    + " marks come from conntrack. Prints medians; in brackets, in times the first line's.",
            ""
        })
final class Scale implements Callable<Integer> {
    @Parameters(
            arity = "0..*",
            paramLabel = "AXIS",
            description = "Of what there is more and more. Default: ${DEFAULT-VALUE}.")
    private List<Axis> axes = List.of(Axis.values());

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How long each measurement lasts. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long each Waymark is under load before the first round. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            defaultValue = "target/scale.json",
            description = "Where the figures of every round go. Default: ${DEFAULT-VALUE}.")
    private Path json;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            defaultValue = "target/scale.svg",
            description = "Where the curves go. Default: ${DEFAULT-VALUE}.")
    private Path picture;

    @Option(names = "--help", usageHelp = true, description = "Prints this.")
    private boolean help;

    @Spec
    private CommandSpec command;

    private Scale() {}

    @Override
    public Integer call() throws Exception {
        if (Math.min(Math.min(rounds, seconds), warmUp) < 1) {
            throw new ParameterException(command.commandLine(), "Every number must be 1 or more.");
        }
        Map<String, String> machine = Machine.describe();
        machine.forEach((key, value) -> System.out.printf("%-10s %s%n", key, value));
        if (axes.contains(Axis.CONNECTIONS)) {
            ScaleLab.raiseMostConnections();
        }
        List<Growth> all = new ArrayList<>();
        try (ScaleLab lab = new ScaleLab(seconds, warmUp)) {
            for (Axis axis : axes) {
                Map<Integer, List<Growth.Round>> points = new LinkedHashMap<>();
                for (int round = 0; round < rounds; round++) {
                    for (int value : axis.points()) {
                        points.computeIfAbsent(value, key -> new ArrayList<>()).add(axis.measure(lab, value));
                    }
                }
                Growth growth = new Growth(axis, points);
                System.out.print(growth.table());
                all.add(growth);
            }
        }
        Files.writeString(picture, Curves.of(all));
        Files.writeString(json, Growth.json(machine, all));
        System.out.println("\nThe figures of every round are in " + json + ", the curves in " + picture + ".");
        return 0;
    }
}

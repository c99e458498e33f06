package org.waymark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures programs beside each other, scenario by scenario, as the command line says. */
final class Contest {
    @Option(
            names = "--programs",
            split = ",",
            paramLabel = "NAME",
            description = "Which are measured: ${COMPLETION-CANDIDATES}. Default: those that the scenario is for.")
    private List<Program> programs = List.of();

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            converter = CommonOptions.Positive.class,
            description = "Queries that are without an answer at a time, at saturation. Default: ${DEFAULT-VALUE}.")
    private int outstanding = 200;

    @Option(names = "--no-latency", description = "Measures only at saturation.")
    private boolean withoutLatency;

    @Mixin
    private final CommonOptions options;

    /**
     * @param files what the files are called unless told otherwise
     */
    Contest(String files) {
        options = new CommonOptions(5, files);
    }

    /** Prints a table for each scenario, and writes the figures and a picture of the first. */
    void run(List<Scenario> scenarios) throws IOException {
        boolean countsCalls = SystemCalls.canBeCounted();
        if (!countsCalls) {
            System.out.println("System calls are left out: perf can't count them here.");
        }
        Effort effort = new Effort(options.rounds(), options.seconds(), options.warmUp(), outstanding, !withoutLatency);
        Map<String, String> machine = Machine.describe();
        machine.forEach((key, value) -> System.out.printf("%-10s %s%n", key, value));
        Map<Scenario, Results> all = new LinkedHashMap<>();
        for (Scenario scenario : scenarios) {
            List<Program> measured = programs.isEmpty() ? scenario.purpose().programs() : programs;
            Results results = new Comparison(scenario, measured, effort, countsCalls).run();
            System.out.println(Table.of(scenario, results));
            all.put(scenario, results);
        }
        Results first = all.values().iterator().next();
        Files.writeString(options.picture(), Picture.of(first));
        Files.writeString(options.json(), Json.of(machine, all));
        System.out.println("The figures of every round are in " + options.json()
                + ", a picture of the first scenario in " + options.picture() + ".");
    }
}

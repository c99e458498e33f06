package org.waymark.bench;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command. Called by {@code integration-tests/bench}. */
@Command(
        name = "integration-tests/bench",
        subcommands = Scale.class,
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "Measures Waymark, with each source of marks, beside dnsmasq --conntrack, dnsmasq and"
                    + " dnsdist in network namespaces of its own, with dnsperf as the load, and prints the medians of"
                    + " all rounds; in brackets, in times those of dnsmasq --conntrack. Leave the machine alone"
                    + " meanwhile.",
            ""
        })
final class Bench implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "SCENARIO", description = "See below. Default: ${DEFAULT-VALUE}.")
    private List<Scenario> scenarios = List.of(Scenario.USUAL);

    @Option(names = "--all", description = "All scenarios, one after the other.")
    private boolean everything;

    @Option(
            names = "--programs",
            split = ",",
            paramLabel = "NAME",
            description = "Which are measured. Default: ${DEFAULT-VALUE}.")
    private List<Program> programs = List.of(Program.values());

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            converter = CommonOptions.Positive.class,
            description = "Queries that are without an answer at a time, at saturation. Default: ${DEFAULT-VALUE}.")
    private int outstanding = 200;

    @Option(names = "--no-latency", description = "Measures at saturation alone.")
    private boolean withoutLatency;

    @Mixin
    private final CommonOptions options = new CommonOptions(5, "bench");

    private Bench() {}

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new Bench());
        command.getCommandSpec()
                .usageMessage()
                .footer(Stream.concat(
                                Stream.of("", "Scenarios:"),
                                Arrays.stream(Scenario.values())
                                        .map(scenario -> "  %-14s %s".formatted(scenario, scenario.meaning())))
                        .toArray(String[]::new));
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        boolean countsCalls = SystemCalls.canBeCounted();
        if (!countsCalls) {
            System.out.println("System calls are left out: perf can't count them here.");
        }
        Effort effort = new Effort(options.rounds(), options.seconds(), options.warmUp(), outstanding, !withoutLatency);
        Map<String, String> machine = Machine.describe();
        machine.forEach((key, value) -> System.out.printf("%-10s %s%n", key, value));
        Map<Scenario, Results> all = new LinkedHashMap<>();
        for (Scenario scenario : everything ? List.of(Scenario.values()) : scenarios) {
            Results results = new Comparison(scenario, programs, effort, countsCalls).run();
            System.out.println(Table.of(scenario, results));
            all.put(scenario, results);
        }
        Results first = all.values().iterator().next();
        Files.writeString(options.picture(), Picture.of(first));
        Files.writeString(options.json(), Json.of(machine, all));
        System.out.println("The figures of every round are in " + options.json()
                + ", a picture of the first scenario in " + options.picture() + ".");
        return 0;
    }
}

package org.waymark.bench;

import java.util.Arrays;
import java.util.List;
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
        subcommands = {Caches.class, Scale.class},
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

    @Option(names = "--all", description = "All of them, one after the other.")
    private boolean everything;

    @Mixin
    private final Contest contest = new Contest("bench");

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
        contest.run(everything ? List.of(Scenario.values()) : scenarios);
        return 0;
    }
}

package org.waymark.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command. Called by {@code integration-tests/bench}. */
@Command(
        name = "integration-tests/bench",
        sortOptions = false,
        mixinStandardHelpOptions = false,
        description = "Measures Waymark beside dnsmasq --conntrack, dnsmasq and dnsdist, with dnsperf as the load, in"
                + " network namespaces of its own. Prints the medians of all rounds, with the ratio to dnsmasq"
                + " --conntrack in brackets.")
final class Bench implements Callable<Integer> {
    @Parameters(
            arity = "0..*",
            paramLabel = "SCENARIO",
            description = "What the clients do: ${COMPLETION-CANDIDATES}; or all. Default: marks-32.",
            completionCandidates = ScenarioNames.class)
    private List<String> scenarios = List.of(Scenario.USUAL.text());

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
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
            description = "How long each program is under load before the first round. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(names = "--no-latency", description = "Measures at saturation alone.")
    private boolean withoutLatency;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            defaultValue = "target/bench.json",
            description = "Where the figures of every round go. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Option(names = "--help", usageHelp = true, description = "Prints this.")
    private boolean help;

    private final boolean countsCalls = SystemCalls.canBeCounted();

    /** For the help. */
    static final class ScenarioNames implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return Scenario.texts().iterator();
        }
    }

    private Bench() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<Scenario> chosen = scenarios.equals(List.of("all"))
                ? Arrays.asList(Scenario.values())
                : scenarios.stream().map(Scenario::of).toList();
        if (!countsCalls) {
            System.out.println("System calls are left out: perf can't count them here.");
        }
        Map<Scenario, Results> all = new LinkedHashMap<>();
        for (Scenario scenario : chosen) {
            Results results = measure(scenario);
            System.out.println(Table.of(scenario, results));
            all.put(scenario, results);
        }
        Files.writeString(output, Json.of(all));
        System.out.println("The figures of every round are in " + output + ".");
        return 0;
    }

    private Results measure(Scenario scenario) {
        Results results = new Results();
        try (Lab lab = Lab.up();
                Stub stub = Stub.start(lab)) {
            lab.rules("--nft");
            lab.loadNft(Host.GATEWAY, scenario.rules());
            System.out.printf(
                    "%n%s: the server alone answers %,.0f queries a second%n",
                    scenario.text(), stub.ask(scenario).seconds(seconds).run().rate());
            Map<Program, Forwarder> running = new EnumMap<>(Program.class);
            try {
                for (Program program : Program.values()) {
                    running.put(program, program.start(lab));
                    load(lab, program, scenario).seconds(warmUp).run();
                }
                for (int round = 1; round <= rounds; round++) {
                    System.out.printf("round %d of %d%n", round, rounds);
                    running.forEach((program, forwarder) ->
                            results.add(program, measure(lab, program, scenario, forwarder.pid())));
                }
            } finally {
                running.values().forEach(Forwarder::close);
            }
        }
        return results;
    }

    private static Load load(Lab lab, Program program, Scenario scenario) {
        // Else the table of connections would fill up, and those that come late would find it so.
        lab.exec(Host.GATEWAY, "conntrack", "-F").orFail();
        return Load.of(lab, program.address(), scenario);
    }

    private Map<Metric, Double> measure(Lab lab, Program program, Scenario scenario, long pid) {
        Map<Metric, Double> round = new LinkedHashMap<>();
        Load load = load(lab, program, scenario).seconds(seconds);
        Usage before = Usage.of(pid);
        Load.Result result = load.run();
        Usage used = Usage.of(pid).since(before);
        double queries = result.completed();
        round.put(Metric.THROUGHPUT, result.rate());
        round.put(Metric.CPU, (used.userMicros() + used.systemMicros()) / queries);
        round.put(Metric.USER, used.userMicros() / queries);
        round.put(Metric.SYSTEM, used.systemMicros() / queries);
        round.put(Metric.SWITCHES, used.switches() / queries);
        round.put(Metric.RESIDENT, used.residentKib() / 1024.0);
        round.put(Metric.LOST, 100.0 * (result.sent() - result.completed()) / result.sent());
        if (countsCalls) {
            SystemCalls.perQuery(pid, load(lab, program, scenario).seconds(1))
                    .ifPresent(calls -> round.put(Metric.CALLS, calls));
        }
        if (!withoutLatency) {
            for (int rate : Metric.RATES) {
                Load.Result timed = load(lab, program, scenario)
                        .atMost(rate)
                        .seconds(seconds)
                        .timingEach()
                        .run();
                for (int share = 0; share < Metric.shares(); share++) {
                    round.put(Metric.latency(rate, share), timed.percentile(Metric.share(share)));
                }
                round.put(Metric.reached(rate), timed.rate());
            }
        }
        return round;
    }
}

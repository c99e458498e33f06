package org.waymark.bench;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Host;
import org.waymark.lab.KernelCounts;
import org.waymark.lab.Lab;

/** Measures the programs in one scenario, in turn and round by round, in a lab of its own. */
final class Comparison {
    /** How many packets there are at the server for a query when a cache has what is asked for. */
    private static final double FILLED = 0.01;

    /** What becomes of that number in another pass as long as a cache fills. */
    private static final double STILL_FALLING = 0.95;

    private final Scenario scenario;
    private final List<Program> programs;
    private final Effort effort;
    private final boolean countsCalls;

    Comparison(Scenario scenario, List<Program> programs, Effort effort, boolean countsCalls) {
        this.scenario = scenario;
        this.programs = programs;
        this.effort = effort;
        this.countsCalls = countsCalls;
    }

    Results run() {
        Results results = new Results(scenario.purpose().yardstick());
        try (Lab lab = Lab.up();
                Stub stub = Stub.start(lab)) {
            lab.rules("--nft");
            lab.loadNft(Host.GATEWAY, scenario.rules());
            double alone = saturate(stub.ask(scenario)).run().rate();
            System.out.printf("%n%s: the server alone answers %,.0f queries a second%n", scenario, alone);
            Map<Program, Forwarder> running = new EnumMap<>(Program.class);
            try {
                for (Program program : programs) {
                    running.put(program, program.start(lab));
                    warmUp(lab, program);
                }
                for (int round = 1; round <= effort.rounds(); round++) {
                    System.out.printf("round %d of %d%n", round, effort.rounds());
                    running.forEach((program, forwarder) -> results.add(program, round(lab, program, forwarder)));
                }
            } finally {
                running.values().forEach(Forwarder::close);
            }
        }
        return results;
    }

    private void warmUp(Lab lab, Program program) {
        if (scenario.purpose().fillsCaches()) {
            fillCache(lab, program);
        }
        saturate(load(lab, program)).seconds(effort.warmUp()).run();
    }

    /** Asks for all names until the server is hardly asked any more, or as often as before because the cache is too small. */
    private void fillCache(Lab lab, Program program) {
        double before;
        double asked = Double.MAX_VALUE;
        do {
            before = asked;
            long packets = packetsAtTheServer(lab);
            Load.Result result = saturate(load(lab, program)).passes(1).run();
            asked = (double) (packetsAtTheServer(lab) - packets) / result.completed();
        } while (asked > FILLED && asked < STILL_FALLING * before);
    }

    private Load load(Lab lab, Program program) {
        // Else the table of connections would fill up, and those that come late would find it so.
        lab.exec(Host.GATEWAY, "conntrack", "-F").orFail();
        return Load.of(lab, program.address(), scenario).seconds(effort.seconds());
    }

    private Load saturate(Load load) {
        // With a connection for each query it is dnsperf that is busy, unless all of its clients are.
        Load saturating = scenario.isOneShot() ? load : load.outstanding(effort.outstanding());
        return saturating.threads(scenario.purpose().threads());
    }

    private Map<Metric, Double> round(Lab lab, Program program, Forwarder forwarder) {
        Map<Metric, Double> round = new LinkedHashMap<>();
        atSaturation(lab, program, forwarder, round);
        if (countsCalls) {
            SystemCalls.perQuery(forwarder.pid(), saturate(load(lab, program)).seconds(1))
                    .ifPresent(calls -> round.put(Metric.CALLS, calls));
        }
        if (effort.latency() && !scenario.isOneShot()) {
            scenario.purpose().rates().forEach(rate -> latencies(lab, program, rate, round));
        }
        return round;
    }

    private void atSaturation(Lab lab, Program program, Forwarder forwarder, Map<Metric, Double> round) {
        Load load = saturate(load(lab, program));
        long packetsBefore = packetsAtTheServer(lab);
        Usage before = Usage.of(forwarder.pid());
        Load.Result result = load.run();
        Usage used = Usage.of(forwarder.pid()).since(before);
        long packets = packetsAtTheServer(lab) - packetsBefore;
        if (result.completed() == 0) {
            throw new IllegalStateException(program.title() + " answers nothing: " + forwarder.log());
        }
        double queries = result.completed();
        round.put(Metric.THROUGHPUT, result.rate());
        round.put(Metric.CPU, (used.userMicros() + used.systemMicros()) / queries);
        round.put(Metric.USER, used.userMicros() / queries);
        round.put(Metric.SYSTEM, used.systemMicros() / queries);
        if (used.knowsSwitches()) {
            round.put(Metric.SWITCHES, used.switches() / queries);
        }
        round.put(Metric.ASKED, packets / queries);
        round.put(Metric.RESIDENT, used.residentKib() / 1024.0);
        round.put(Metric.LOST, 100.0 * result.lost() / result.sent());
    }

    private static long packetsAtTheServer(Lab lab) {
        return KernelCounts.udp(lab, Host.UPSTREAM, KernelCounts.READ)
                + KernelCounts.tcp(lab, Host.UPSTREAM, KernelCounts.SEGMENTS);
    }

    private void latencies(Lab lab, Program program, int rate, Map<Metric, Double> round) {
        Load.Result result = load(lab, program).atMost(rate).timingEach().run();
        Metric.SHARES.forEach(share -> round.put(Metric.latency(rate, share), result.percentile(share)));
        round.put(Metric.answered(rate), result.rate());
    }
}

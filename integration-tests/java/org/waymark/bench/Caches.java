package org.waymark.bench;

import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that measures what answers from the cache cost, and what the cache costs other queries. */
@Command(
        name = "cache",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "Measures Waymark's cache beside those of unbound and dnsdist and a program that answers every query with"
                    + " the same record, and what the cache costs queries that it has no answer for: all scenarios that"
                    + " are about the cache. In brackets, in times those of the program that has none.",
            ""
        })
final class Caches implements Callable<Integer> {
    @Mixin
    private final Contest contest = new Contest("cache");

    private Caches() {}

    @Override
    public Integer call() throws Exception {
        contest.run(Arrays.stream(Scenario.values())
                .filter(scenario -> scenario.purpose() != Purpose.FORWARDING)
                .toList());
        return 0;
    }
}

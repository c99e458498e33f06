package org.waymark.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Something that is measured.
 *
 * @param key its name in the JSON file, with the unit at the end
 * @param title its name in the table
 * @param decimals how many of them are shown
 */
record Metric(String key, String title, int decimals) {
    static final Metric THROUGHPUT = new Metric("saturation_per_second", "queries/s at saturation", 0);
    static final Metric CPU = new Metric("cpu_per_query_us", "CPU a query, us", 2);
    static final Metric USER = new Metric("user_per_query_us", "  in user mode", 1);
    static final Metric SYSTEM = new Metric("system_per_query_us", "  in the kernel", 1);
    static final Metric SWITCHES = new Metric("context_switches_per_query", "context switches a query", 3);
    static final Metric CALLS = new Metric("system_calls_per_query", "system calls a query", 2);
    static final Metric ASKED = new Metric("packets_at_the_server_per_query", "packets at the server a query", 3);
    static final Metric RESIDENT = new Metric("resident_mib", "resident memory, MiB", 1);
    static final Metric LOST = new Metric("lost_percent", "lost, %", 2);

    private static final List<Integer> RATES = Stream.of(Purpose.values())
            .flatMap(purpose -> purpose.rates().stream())
            .distinct()
            .sorted()
            .toList();

    /** The percentiles that are told of latencies. */
    static final List<Double> SHARES = List.of(50.0, 99.0, 99.9);

    /** All, in the table's order. */
    static List<Metric> all() {
        List<Metric> all =
                new ArrayList<>(List.of(THROUGHPUT, CPU, USER, SYSTEM, SWITCHES, CALLS, ASKED, RESIDENT, LOST));
        for (int rate : RATES) {
            all.add(answered(rate));
            SHARES.forEach(share -> all.add(latency(rate, share)));
        }
        return all;
    }

    /** How many answers a second there are when so many queries are asked; fewer if that is too much. */
    static Metric answered(int rate) {
        return new Metric("answered_at_%d_per_second".formatted(rate), "at %,d/s: answers/s".formatted(rate), 0);
    }

    /** The latency that so many percent of the answers do not exceed. */
    static Metric latency(int rate, double percent) {
        String name = percent == 50 ? "median" : "%s %%".formatted(percent == 99 ? "99" : percent);
        String key = name.replace(" %", "_percent").replace('.', '_');
        return new Metric("latency_%s_at_%d_us".formatted(key, rate), "  latency, %s, us".formatted(name), 0);
    }
}

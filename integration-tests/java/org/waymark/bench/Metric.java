package org.waymark.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that is measured.
 *
 * @param key its name in the JSON file, with the unit at the end
 * @param title its name in the table
 * @param decimals how many of them the table shows
 */
record Metric(String key, String title, int decimals) {
    static final Metric THROUGHPUT = new Metric("saturation_per_second", "queries/s at saturation", 0);
    static final Metric CPU = new Metric("cpu_per_query_us", "CPU a query, us", 1);
    static final Metric USER = new Metric("user_per_query_us", "  in user mode", 1);
    static final Metric SYSTEM = new Metric("system_per_query_us", "  in the kernel", 1);
    static final Metric SWITCHES = new Metric("context_switches_per_query", "context switches a query", 3);
    static final Metric CALLS = new Metric("system_calls_per_query", "system calls a query", 2);
    static final Metric RESIDENT = new Metric("resident_mib", "resident memory, MiB", 1);
    static final Metric LOST = new Metric("lost_percent", "without an answer, %", 2);

    /** The rates, in queries a second, at which latencies are measured. */
    static final List<Integer> RATES = List.of(1_000, 5_000, 20_000);

    /** The shares of the answers that a latency is told for, and their names. */
    private static final double[] SHARES = {0.5, 0.99, 0.999};

    private static final String[] SHARE_TITLES = {"median", "99 %", "99.9 %"};
    private static final String[] SHARE_KEYS = {"median", "p99", "p999"};

    /** All, in the table's order. */
    static List<Metric> all() {
        List<Metric> all = new ArrayList<>(List.of(THROUGHPUT, CPU, USER, SYSTEM, SWITCHES, CALLS, RESIDENT, LOST));
        for (int rate : RATES) {
            for (int i = 0; i < SHARES.length; i++) {
                all.add(latency(rate, i));
            }
            all.add(reached(rate));
        }
        return all;
    }

    static int shares() {
        return SHARES.length;
    }

    static double share(int index) {
        return SHARES[index];
    }

    /** The latency that a share of the answers does not exceed. */
    static Metric latency(int rate, int share) {
        return new Metric(
                "latency_%s_at_%d_us".formatted(SHARE_KEYS[share], rate),
                "latency at %,d/s, %s, us".formatted(rate, SHARE_TITLES[share]),
                0);
    }

    /** How many answers a second there were when so many were asked for; less if the program can't. */
    static Metric reached(int rate) {
        return new Metric("answered_at_%d_per_second".formatted(rate), "  answers/s at %,d/s".formatted(rate), 0);
    }
}

package org.waymark.bench;

import java.util.List;

/** What is compared with what. */
enum Purpose {
    /** Queries that all go on to the server. */
    FORWARDING(
            Program.DNSMASQ_CONNTRACK,
            List.of(1_000, 5_000, 20_000),
            Program.WAYMARK,
            Program.WAYMARK_PACKET,
            Program.WAYMARK_LOOK_UP,
            Program.DNSMASQ_CONNTRACK,
            Program.DNSMASQ,
            Program.DNSDIST),
    /** Queries that caches answer, over UDP or TCP, for which Waymark's is large enough as it comes. */
    CACHE(
            Program.RESPONDER,
            List.of(1_000),
            Program.WAYMARK_CACHE,
            Program.UNBOUND,
            Program.DNSDIST_CACHE,
            Program.RESPONDER),
    /** The same for more answers. */
    LARGE_CACHE(
            Program.RESPONDER,
            List.of(1_000),
            Program.WAYMARK_LARGE_CACHE,
            Program.UNBOUND,
            Program.DNSDIST_CACHE,
            Program.RESPONDER),
    /** What a cache costs those that it has no answer for. */
    MISSES(Program.WAYMARK, List.of(1_000), Program.WAYMARK, Program.WAYMARK_CACHE);

    private final Program yardstick;
    private final List<Integer> rates;
    private final List<Program> programs;

    Purpose(Program yardstick, List<Integer> rates, Program... programs) {
        this.yardstick = yardstick;
        this.rates = rates;
        this.programs = List.of(programs);
    }

    /** What the others are compared to. */
    Program yardstick() {
        return yardstick;
    }

    /** How many threads of dnsperf ask at saturation; a single one is slower than an answer from a cache. */
    int threads() {
        return fillsCaches() ? Runtime.getRuntime().availableProcessors() : 1;
    }

    /** Whether all names are asked for before the first round. */
    boolean fillsCaches() {
        return this != FORWARDING && this != MISSES;
    }

    /** The rates, in queries a second, at which latencies are measured. */
    List<Integer> rates() {
        return rates;
    }

    List<Program> programs() {
        return programs;
    }
}

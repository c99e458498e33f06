package org.waymark.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.metrics.Durations;
import org.waymark.metrics.Histogram;
import org.waymark.metrics.MarkCounts;
import org.waymark.metrics.MarkTotals;
import org.waymark.metrics.Snapshot;

/** A hotel's gateway: some rooms with marks of their own, and two servers. Every field may be changed. */
final class SampleSight implements Sight {
    final Counters counters = new Counters();
    final List<Server> servers = new ArrayList<>();
    final List<Warning> warnings = new ArrayList<>();
    final List<Account> accounts = new ArrayList<>();
    Optional<String> fault = Optional.empty();
    Optional<String> hindrance = Optional.empty();
    Watched watched = new Watched(0, List.of(), List.of(), List.of());
    Instant since = Instant.now();

    private final Random random = new Random(14);
    private final Histogram roundTrips = new Histogram();

    SampleSight() {
        roundTrips.add(9_000_000);
        servers.add(server("192.0.2.53:53", 0));
        servers.add(server("tls://198.51.100.53:853#dns.example", 0));
    }

    Server server(String name, int downPaths) {
        return new Server(name, List.of("default"), downPaths, 1200, 1190, 7, 3, Durations.of(List.of(roundTrips)));
    }

    /** Plays queries of marks that do more or less. */
    void queries(int number) {
        for (int i = 0; i < number; i++) {
            int mark = 101 + (int) Math.min(39, -9 * Math.log(1 - random.nextDouble()));
            counters.add(random.nextInt(5) == 0 ? Count.UDP_IPV6_QUERIES : Count.UDP_IPV4_QUERIES);
            counters.add(Count.MARK_KNOWN);
            counters.marks().add(mark);
            boolean isRefused = mark == 113 && random.nextInt(3) == 0;
            if (isRefused) {
                counters.marks().add(mark, MarkCounts.Count.REFUSED);
            }
            boolean isHit = !isRefused && random.nextInt(3) > 0;
            if (isHit) {
                counters.marks().hit(mark, 60 + random.nextInt(300));
            }
            counters.add(isRefused ? Count.REFUSED_POLICY : isHit ? Count.CACHE_HITS : Count.CACHE_MISSES);
            counters.responded(isRefused ? 5 : random.nextInt(9) == 0 ? 3 : 0, latency());
        }
    }

    private long latency() {
        double millis = random.nextInt(3) == 0 ? 0.2 : 6 * Math.exp(random.nextGaussian() * 0.7);
        return (long) (millis * 1e6);
    }

    @Override
    public Instant since() {
        return since;
    }

    @Override
    public Snapshot counts() {
        return Snapshot.of(List.of(counters));
    }

    @Override
    public MarkTotals marks() {
        return MarkTotals.of(List.of(counters));
    }

    @Override
    public List<Server> servers() {
        return servers;
    }

    @Override
    public List<Resource> resources() {
        return List.of(
                new Resource("queries-in-flight", 14, 20_000),
                new Resource("tcp-connections", 3, 1000),
                new Resource("upstream-sockets", 212, 8192));
    }

    @Override
    public List<Ports> ports() {
        return List.of(
                new Ports("udp", "ipv4", 230),
                new Ports("udp", "ipv6", 0),
                new Ports("tcp", "ipv4", 12),
                new Ports("tcp", "ipv6", 0));
    }

    @Override
    public int questions() {
        return 11;
    }

    @Override
    public CacheUse cache() {
        return new CacheUse(31_415, 11 << 20, 16 << 20);
    }

    @Override
    public List<Account> accounts() {
        return accounts;
    }

    @Override
    public List<Warning> warnings() {
        return warnings;
    }

    @Override
    public Optional<String> fault() {
        return fault;
    }

    @Override
    public Optional<String> hindrance() {
        return hindrance;
    }

    @Override
    public Watched watch(int mark) {
        return watched;
    }
}

package org.waymark.metrics;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The counters of all workers at one moment, added up. It never changes. */
public final class Snapshot {
    private final Map<Count, Long> counts = new EnumMap<>(Count.class);
    private final long[] responses = new long[Counters.RCODES];
    private final Durations durations;

    private Snapshot(Collection<Counters> workers) {
        for (Count count : Count.values()) {
            counts.put(
                    count, workers.stream().mapToLong(each -> each.get(count)).sum());
        }
        for (int rcode = 0; rcode < responses.length; rcode++) {
            for (Counters each : workers) {
                responses[rcode] += each.responses(rcode);
            }
        }
        List<Histogram> histograms =
                workers.stream().map(Counters::requestDurations).toList();
        durations = Durations.of(histograms);
    }

    /**
     * @param workers the counters of each worker
     * @return what they count now
     */
    public static Snapshot of(Collection<Counters> workers) {
        return new Snapshot(workers);
    }

    /**
     * @param count which event
     * @return how often it has happened since the start
     */
    public long get(Count count) {
        return counts.get(count);
    }

    /**
     * @return the queries of all clients since the start
     */
    public long queries() {
        return get(Count.UDP_IPV4_QUERIES)
                + get(Count.UDP_IPV6_QUERIES)
                + get(Count.TCP_IPV4_QUERIES)
                + get(Count.TCP_IPV6_QUERIES);
    }

    /**
     * @param rcode as in the header of a message, 0 to 15
     * @return the responses with it since the start
     */
    public long responses(int rcode) {
        return responses[rcode];
    }

    /**
     * @return how long the responses took
     */
    public Durations requestDurations() {
        return durations;
    }
}

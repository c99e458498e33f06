package org.waymark.metrics;

import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The counters of all workers at one moment, added up. It never changes. */
public final class Snapshot {
    private final Map<Count, Long> counts = new EnumMap<>(Count.class);
    private final Map<Integer, Long> marks = new HashMap<>();
    private final long otherMarks;

    private Snapshot(Collection<Counters> workers) {
        for (Count count : Count.values()) {
            counts.put(
                    count, workers.stream().mapToLong(each -> each.get(count)).sum());
        }
        workers.forEach(each -> each.marks().forEach((mark, queries) -> marks.merge(mark, queries, Long::sum)));
        otherMarks = workers.stream().mapToLong(each -> each.marks().others()).sum();
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
     * The queries with one connection mark. If there are more marks than a worker counts separately, some may be missing.
     *
     * @param mark the mark, 32 bits
     * @param queries how many there were since the start
     */
    public record OfMark(int mark, long queries) {}

    /**
     * @param most the largest length of the list
     * @return the marks with the most queries, the busiest first
     */
    public List<OfMark> busiestMarks(int most) {
        return marks.entrySet().stream()
                .map(each -> new OfMark(each.getKey(), each.getValue()))
                .sorted(Comparator.comparingLong(OfMark::queries).reversed().thenComparingLong(OfMark::mark))
                .limit(most)
                .toList();
    }

    /**
     * @return the queries whose mark is known
     */
    public long queriesWithMarks() {
        return otherMarks + marks.values().stream().mapToLong(Long::longValue).sum();
    }
}

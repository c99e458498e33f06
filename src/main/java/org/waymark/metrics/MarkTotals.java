package org.waymark.metrics;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The queries of all workers by the marks of their connections, at one moment. It never changes. */
public final class MarkTotals {
    /**
     * The queries of a mark, since the start. If there are more marks than a worker counts separately, some may be missing.
     *
     * @param mark the mark, 32 bits
     * @param queries how many there were
     * @param refused how many of them a policy or a limit refused
     * @param failed how many of them every server failed
     * @param hits how many of them were answered from the cache
     * @param saved the bytes of queries and answers that, because of this, were not exchanged with a server
     */
    public record OfMark(int mark, long queries, long refused, long failed, long hits, long saved) {
        /**
         * @param mark the mark, 32 bits
         * @return a mark that nothing is counted of
         */
        public static OfMark none(int mark) {
            return new OfMark(mark, 0, 0, 0, 0, 0);
        }

        /**
         * @param count what is counted
         * @return how much there was of it
         */
        public long get(MarkCounts.Count count) {
            return switch (count) {
                case QUERIES -> queries;
                case REFUSED -> refused;
                case FAILED -> failed;
                case HITS -> hits;
                case SAVED -> saved;
            };
        }

        private OfMark plus(OfMark more) {
            return new OfMark(
                    mark,
                    queries + more.queries,
                    refused + more.refused,
                    failed + more.failed,
                    hits + more.hits,
                    saved + more.saved);
        }
    }

    private final Map<Integer, OfMark> marks = new HashMap<>();
    private final OfMark others;

    private MarkTotals(Collection<Counters> workers) {
        for (Counters each : workers) {
            each.marks().forEach(mark -> marks.merge(mark.mark(), mark, OfMark::plus));
        }
        others = workers.stream().map(each -> each.marks().others()).reduce(OfMark.none(0), OfMark::plus);
    }

    /**
     * @param workers the counters of each worker
     * @return what they count now
     */
    public static MarkTotals of(Collection<Counters> workers) {
        return new MarkTotals(workers);
    }

    /**
     * @param most the largest length of the list
     * @return the marks with the most queries, the busiest first
     */
    public List<OfMark> busiest(int most) {
        return marks.values().stream()
                .sorted(Comparator.comparingLong(OfMark::queries).reversed().thenComparingLong(OfMark::mark))
                .limit(most)
                .toList();
    }

    /**
     * @return all marks that are counted separately, in no order
     */
    public Collection<OfMark> all() {
        return List.copyOf(marks.values());
    }

    /**
     * @return the sum for the marks that are not counted separately; its mark means nothing
     */
    public OfMark others() {
        return others;
    }

    /**
     * @return the queries whose mark is known
     */
    public long queries() {
        return others.queries
                + marks.values().stream().mapToLong(OfMark::queries).sum();
    }
}

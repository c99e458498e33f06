package org.waymark.report;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.metrics.MarkTotals;

/** What the counters show about the marks that queries come with. Is asked once in {@link LostMarks#INTERVAL_SECONDS}. */
final class QueryMarks {
    /** So many queries mostly have a mark among them where clients have any. */
    private static final long FIRST_QUERIES = 1_000;

    /** The times between two reports that are looked at together. */
    private static final int LATELY = 10;

    /**
     * Rules that keep connections from conntrack do so for everybody, or for a whole network. If it is only a few, it may be one odd client,
     * and there is no hurry.
     */
    private static final int ONE_IN = 10;

    private static final long LEAST = 10;

    private final List<Counters> workers;
    private final ArrayDeque<Total> totals = new ArrayDeque<>();
    private final Doubt noEntry = new Doubt(1, 1);
    private boolean firstAreJudged;

    /** Queries since the start: those with no entry, and all. */
    record Total(long withoutEntry, long all) {}

    QueryMarks(List<Counters> workers) {
        this.workers = workers;
        totals.add(total());
    }

    private Total total() {
        long withoutEntry = sum(Count.MARK_NO_ENTRY);
        return new Total(withoutEntry, withoutEntry + sum(Count.MARK_KNOWN));
    }

    private long sum(Count count) {
        return workers.stream().mapToLong(worker -> worker.get(count)).sum();
    }

    /** Returns how many queries there were if none of them had a mark other than 0; at most once. */
    Optional<Long> withoutMarks() {
        if (firstAreJudged || sum(Count.MARK_KNOWN) < FIRST_QUERIES) {
            return Optional.empty();
        }
        firstAreJudged = true;
        MarkTotals now = MarkTotals.of(workers);
        long all = now.queries();
        return now.busiest(1).stream()
                .filter(busiest -> busiest.mark() == 0 && busiest.queries() == all)
                .map(MarkTotals.OfMark::queries)
                .findAny();
    }

    /**
     * Returns the queries of late if so many have no entry that this is to be told; {@link #noEntry} is to be told then.
     *
     * @param clientIsUnknown whether conntrack does not know any connection of some client
     */
    Optional<Total> withoutEntries(boolean clientIsUnknown, long nowNanos) {
        Total now = total();
        totals.add(now);
        Total before = totals.peek();
        if (totals.size() > LATELY) {
            totals.poll();
        }
        Total lately = new Total(now.withoutEntry() - before.withoutEntry(), now.all() - before.all());
        if (!clientIsUnknown || lately.withoutEntry() < LEAST || lately.withoutEntry() * ONE_IN < lately.all()) {
            noEntry.kept();
            return Optional.empty();
        }
        noEntry.lost(nowNanos);
        return noEntry.isNews() ? Optional.of(lately) : Optional.empty();
    }

    Doubt noEntry() {
        return noEntry;
    }
}

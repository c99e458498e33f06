package org.waymark.server;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.waymark.feed.Feed;
import org.waymark.feed.Filter;
import org.waymark.feed.QueryEvent;
import org.waymark.feed.Subscription;
import org.waymark.mark.MarkMask;
import org.waymark.web.Sight;

/** The queries of the marks that somebody looks at on the page. All of it runs on one thread. */
final class WatchedMarks {
    static final int MOST_MARKS = 8;
    static final int MOST_SHARES = 50;
    static final long PATIENCE_NANOS = 30_000_000_000L;

    private final Feed feed;
    private final BooleanSupplier withNames;
    private final LongSupplier nanoTime;
    private final Consumer<Runnable> later;

    /** The one that nobody has looked at for the longest time first. */
    private final Map<Integer, Watched> watched = new LinkedHashMap<>();

    /** The queries of one mark since somebody looks at it. */
    private static final class Watched {
        private final Subscription subscription;
        private long lookedAt;
        private long queries;
        private final Map<String, Long> servers = new HashMap<>();
        private final Map<String, Long> refusals = new HashMap<>();
        private final Map<String, Long> names = new HashMap<>();

        Watched(Subscription subscription) {
            this.subscription = subscription;
        }
    }

    /**
     * @param withNames whether names in queries may be shown now
     * @param nanoTime the clock
     * @param later runs a task on the same thread, {@link Subscription#INTERVAL_MILLIS} later
     */
    WatchedMarks(Feed feed, BooleanSupplier withNames, LongSupplier nanoTime, Consumer<Runnable> later) {
        this.feed = feed;
        this.withNames = withNames;
        this.nanoTime = nanoTime;
        this.later = later;
    }

    /** Somebody looks at a mark; from the first time on it is watched. */
    Sight.Watched look(int mark) {
        Watched its = watched.remove(mark);
        if (its == null) {
            if (watched.isEmpty()) {
                later.accept(this::collect);
            }
            makeRoom();
            its = new Watched(feed.subscribe(Filter.ALL.withMark(MarkMask.exactly(mark))));
        }
        its.lookedAt = nanoTime.getAsLong();
        watched.put(mark, its);
        drain(its);
        List<Sight.Share> names = withNames.getAsBoolean() ? shares(its.names) : List.of();
        return new Sight.Watched(its.queries, shares(its.servers), shares(its.refusals), names);
    }

    private void makeRoom() {
        if (watched.size() == MOST_MARKS) {
            watched.remove(watched.keySet().iterator().next()).subscription.close();
        }
    }

    /** Takes what the workers have told, and ends what nobody looks at any more. */
    private void collect() {
        watched.values().removeIf(each -> {
            drain(each);
            boolean isForgotten = nanoTime.getAsLong() - each.lookedAt > PATIENCE_NANOS;
            if (isForgotten) {
                each.subscription.close();
            }
            return isForgotten;
        });
        if (!watched.isEmpty()) {
            later.accept(this::collect);
        }
    }

    /** Those that are left out, because there were too many, count as queries. */
    private void drain(Watched its) {
        long leftOut = its.subscription.drain(event -> count(its, event));
        its.queries += leftOut;
    }

    private void count(Watched its, QueryEvent event) {
        its.queries++;
        if (event.server() != null) {
            count(its.servers, event.server().toString());
        }
        if (event.why() != null) {
            count(its.refusals, event.why());
        }
        if (withNames.getAsBoolean() && event.question().isThere()) {
            count(its.names, event.question().toString());
        }
    }

    /** What comes when there are many already is left out, so that a client can't fill the memory. */
    private static void count(Map<String, Long> counts, String what) {
        if (counts.size() < MOST_SHARES || counts.containsKey(what)) {
            counts.merge(what, 1L, Long::sum);
        }
    }

    private static List<Sight.Share> shares(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(each -> new Sight.Share(each.getKey(), each.getValue()))
                .sorted(Comparator.comparingLong(Sight.Share::queries)
                        .reversed()
                        .thenComparing(Sight.Share::what))
                .toList();
    }

    void close() {
        watched.values().forEach(each -> each.subscription.close());
        watched.clear();
    }
}

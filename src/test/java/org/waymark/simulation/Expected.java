package org.waymark.simulation;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.waymark.cache.CacheRules;

/**
 * Which answers of servers a query may get.
 *
 * @param loop tells the time
 * @param mark the mark that the query leaves with
 * @param shareMask the bits in which the mark of another may not differ whose answer it gets
 * @param rules for how long answers serve
 * @param sites the numbers of the servers that are asked, or have been since the query came
 */
record Expected(SimulatedLoop loop, int mark, int shareMask, CacheRules rules, Set<Integer> sites) {
    private static final int HEADER = 12;

    /** An answer is under way for three seconds at most, and the process may be held up. */
    private static final long UNDER_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(3_300);

    /** The cache counts whole milliseconds. */
    private static final long ROUNDED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int STALE_TTL = 30;

    /** Checks an answer to a query. */
    void check(byte[] query, byte[] answer) {
        int question = query.length - HEADER;
        Promise.hold(
                ByteBuffer.wrap(query, HEADER, question).equals(ByteBuffer.wrap(answer, HEADER, question)),
                "an answer is to another question than %s",
                Questions.name(query));
        if (Telltale.isIn(answer)) {
            Telltale told = Telltale.of(answer);
            Promise.hold(
                    ((told.mark() ^ mark) & shareMask) == 0,
                    "a query of mark %x has an answer to mark %x, which share none by %x",
                    mark,
                    told.mark(),
                    shareMask);
            Promise.hold(sites.contains(told.site()), "a server has answered, %d, that is not asked", told.site());
            checkTtl(told, Telltale.shownTtl(answer));
        }
    }

    /** An answer that was just given is as it was. One that was kept has been here since a moment after it was made. */
    private void checkTtl(Telltale told, int shown) {
        long most = loop.now() - told.madeAt();
        long least = most - UNDER_WAY_NANOS;
        boolean isNew = shown == told.ttl() && least <= 0;
        boolean isStale =
                shown == STALE_TTL && least < lifeNanos(told) + rules.stale().toNanos();
        boolean isKept = told.ttl() > 0
                && least < lifeNanos(told)
                && shown >= Math.max(1, told.ttl() - seconds(most + ROUNDED_NANOS))
                && shown <= Math.max(1, told.ttl() - seconds(Math.max(0, least)));
        Promise.hold(isNew || isKept || isStale, "a TTL of %d after %d ms: %s", shown, most / 1_000_000, told);
    }

    private long lifeNanos(Telltale told) {
        long most = rules.maxTtl().toNanos();
        return Math.min(most, Math.max(rules.minTtl().toNanos(), TimeUnit.SECONDS.toNanos(told.ttl())));
    }

    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos);
    }
}

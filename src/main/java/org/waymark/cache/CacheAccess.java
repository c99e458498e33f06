package org.waymark.cache;

import org.waymark.dns.Header;
import org.waymark.dns.KeepableAnswer;
import org.waymark.dns.Variant;
import org.waymark.dns.WireMessage;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

/** The cache as one worker uses it. All of it runs on the worker's thread. */
public final class CacheAccess {
    /** An answer is asked for anew when this part of its life is left. */
    private static final int LAST_PART = 10;

    /** Servers cut no answer over UDP that is as short as this, if the client takes it (DNS flag day 2020). */
    private static final int NEVER_CUT = 1_232;

    private static final int TYPE_AND_CLASS = 4;
    private static final int MILLIS = 1_000;

    private final Counters counters;
    private final Key key = new Key();
    private final FoundAnswer found = new FoundAnswer();
    private final WireMessage answer = new WireMessage();
    private final KeepableAnswer reading = new KeepableAnswer();
    private AnswerCache cache;
    private CacheRules rules;
    private boolean isAging;

    /**
     * @param counters the worker's
     */
    public CacheAccess(AnswerCache cache, CacheRules rules, Counters counters) {
        this.counters = counters;
        adopt(cache, rules);
    }

    /** Uses another cache, or other rules, from now on. */
    public void adopt(AnswerCache nextCache, CacheRules nextRules) {
        cache = nextCache;
        rules = nextRules;
    }

    /**
     * Says what the answer to a query is kept under.
     *
     * @param view whom the client shares answers with, by {@link Views#view}
     * @param variant by {@link org.waymark.dns.QueryReader#variant}
     * @param query whose question is known
     * @return the key, which is valid until this is called again
     */
    public Key key(long view, int variant, WireMessage query) {
        if (cache.size() == 0) {
            key.clear();
        } else if (variant == Variant.NONE) {
            key.clear();
            counters.add(Count.CACHE_PASSED_BY);
        } else {
            key.of(cache.hashes(), view, variant, query);
        }
        return key;
    }

    /**
     * Looks for an answer that is still fresh.
     *
     * @param wanted what it is kept under
     * @param query as the client wrote it
     * @param payloadLimit the largest answer that the client takes, in bytes
     * @param nanoTime now, as {@link System#nanoTime} tells it
     * @return the answer but for the id, valid until the next call; null if there is none
     */
    public WireMessage find(Key wanted, WireMessage query, int payloadLimit, long nanoTime) {
        if (!wanted.isUsable()) {
            return null;
        }
        long now = AnswerCache.nowMillis(nanoTime);
        Segment segment = cache.segment(wanted.hash());
        if (!segment.find(wanted, found) || !suits(payloadLimit) || found.ageMillis(now) >= found.lifeMillis()) {
            counters.add(Count.CACHE_MISSES);
            return null;
        }
        segment.askAgain(wanted);
        counters.add(Count.CACHE_HITS);
        write(query, found.ageMillis(now));
        return answer;
    }

    /**
     * Whether a server would have given the same answer to a client that takes this much. One that came over TCP may be longer than the
     * server sends over UDP, whatever the client takes there.
     */
    private boolean suits(int payloadLimit) {
        boolean isWithinLimits = found.length <= payloadLimit && payloadLimit <= found.limit;
        boolean onlyCameOverTcp = found.limit == WireMessage.MAX_LENGTH && payloadLimit < WireMessage.MAX_LENGTH;
        return isWithinLimits && (!onlyCameOverTcp || found.length <= NEVER_CUT);
    }

    /** Makes the copy that was found an answer to this query, at this age. */
    private void write(WireMessage query, long ageMillis) {
        answer.at(found.bytes, found.start(), found.length);
        int name = found.start() + Header.LENGTH;
        found.bytes.put(
                name, query.buffer(), query.namePosition(), query.questionEnd() - TYPE_AND_CLASS - Header.LENGTH);
        int ageSeconds = (int) (ageMillis / MILLIS);
        for (int i = 0; i < found.ttls; i++) {
            int position = found.start() + Short.toUnsignedInt(found.bytes.getShort(i * Short.BYTES));
            int ttl = found.bytes.getInt(position);
            if (ttl > 0) {
                found.bytes.putInt(position, Math.max(1, ttl - ageSeconds));
            }
        }
        boolean isBeingRefreshed = (found.state & (Entry.REFRESHING | Entry.FAILURE)) != 0;
        isAging = !isBeingRefreshed && found.lifeMillis() - ageMillis < found.lifeMillis() / LAST_PART;
    }

    /**
     * Whether it is for the caller to ask for a new answer in place of the one that was found last: because it is asked for again near the
     * end of its life, and nobody else has been told so.
     *
     * @param wanted what it is kept under
     */
    public boolean takeRefresh(Key wanted) {
        return isAging && cache.segment(wanted.hash()).takeRefresh(wanted);
    }

    /**
     * Keeps an answer that may be kept.
     *
     * @param under a usable key
     * @param message the server's answer
     * @param payloadLimit the largest answer that the query would have taken, in bytes
     * @param nanoTime now, as {@link System#nanoTime} tells it
     */
    public void keep(Key under, WireMessage message, int payloadLimit, long nanoTime) {
        if (cache.size() == 0 || !reading.read(message) || !rules.mayKeep(under.question())) {
            return;
        }
        int life = rules.lifeSeconds(reading);
        if (life == 0) {
            return;
        }
        NewAnswer kept = new NewAnswer(
                message,
                reading,
                life,
                payloadLimit,
                AnswerCache.nowMillis(nanoTime),
                rules.stale().toMillis());
        int evicted = cache.segment(under.hash()).keep(under, kept);
        if (evicted != Segment.NOT_KEPT) {
            counters.add(Count.CACHE_STORED);
            for (int i = 0; i < evicted; i++) {
                counters.add(Count.CACHE_EVICTED);
            }
        }
    }
}

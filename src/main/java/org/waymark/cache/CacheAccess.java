package org.waymark.cache;

import org.waymark.dns.ErrorOption;
import org.waymark.dns.ExtendedError;
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

    /** More than that are found without {@link #lookAhead}. */
    private static final int MOST_EXPECTED = 64;

    private static final int TYPE_AND_CLASS = 4;
    private static final int MILLIS = 1_000;

    /** What is not fresh any more has this TTL, in seconds (RFC 8767, section 4). */
    private static final int STALE_TTL = 30;

    /** When no server has answered, none is asked for so long (RFC 8767, section 5, the failure recheck timer). */
    private static final long ASK_AGAIN_AFTER_MILLIS = 30_000;

    private final Counters counters;
    private final FoundAnswer found = new FoundAnswer();
    private final WireMessage answer = new WireMessage();
    private final KeepableAnswer reading = new KeepableAnswer();
    private AnswerCache cache;
    private CacheRules rules;
    private boolean isAging;
    private boolean isStale;

    /** The hashes of the keys that are looked for soon. */
    private final long[] expected = new long[MOST_EXPECTED];

    private int expectedKeys;

    /** What {@link #lookAhead} has read, for the compiler not to leave it out. */
    @SuppressWarnings("UnusedVariable")
    private int seen;

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
     * @param key is made that key
     * @param view whom the client shares answers with, by {@link Views#view}
     * @param variant by {@link org.waymark.dns.QueryReader#variant}
     * @param query whose question is known
     * @return the key
     */
    public Key key(Key key, long view, int variant, WireMessage query) {
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

    /** An answer is looked for before this turn is over. */
    public void expect(Key wanted) {
        if (expectedKeys < MOST_EXPECTED) {
            expected[expectedKeys++] = wanted.hash();
        }
    }

    /**
     * Reads a little of the memory where each answer that is expected may be: first all buckets, and then the first entry in each. The
     * processor does not wait for one before it reads the next, as it does while queries are answered one by one.
     */
    public void lookAhead() {
        int sum = 0;
        for (int i = 0; i < expectedKeys; i++) {
            sum += cache.segment(expected[i]).readBucket(expected[i]);
        }
        for (int i = 0; i < expectedKeys; i++) {
            sum += cache.segment(expected[i]).readFirst(expected[i]);
        }
        seen = sum;
        expectedKeys = 0;
    }

    /**
     * Looks for an answer that is fresh, or may serve although it is not, because servers have failed to give a new one lately.
     *
     * @param wanted what it is kept under
     * @param query as the client wrote it
     * @param payloadLimit the largest answer that the client takes, in bytes
     * @param nanoTime now, as {@link System#nanoTime} tells it
     * @return the answer but for the id, valid until the next call; null if there is none
     */
    public WireMessage find(Key wanted, WireMessage query, int payloadLimit, long nanoTime) {
        isAging = false;
        isStale = false;
        long now = AnswerCache.nowMillis(nanoTime);
        if (!wanted.isUsable() || !read(wanted, payloadLimit)) {
            return null;
        }
        long age = found.ageMillis(now);
        if (age < found.lifeMillis()) {
            writeFresh(query, age);
        } else if (mayServeStale(age) && age < found.staleUntilSeconds * (long) MILLIS) {
            writeStale(query, payloadLimit);
        } else {
            return null;
        }
        cache.segment(wanted.hash()).askAgain(wanted);
        return answer;
    }

    /**
     * @return whether answers that are not fresh any more may serve at all
     */
    public boolean keepsStale() {
        return rules.keepsStale();
    }

    /**
     * Looks for an answer that may serve because no server gives a new one, though it is not fresh any more.
     *
     * @param wanted what it is kept under, usable
     * @param query as the client wrote it
     * @param payloadLimit the largest answer that the client takes, in bytes
     * @param nanoTime now, as {@link System#nanoTime} tells it
     * @return the answer but for the id, valid until the next call; null if there is none
     */
    public WireMessage findStale(Key wanted, WireMessage query, int payloadLimit, long nanoTime) {
        boolean serves = rules.keepsStale()
                && read(wanted, payloadLimit)
                && mayServeStale(found.ageMillis(AnswerCache.nowMillis(nanoTime)));
        if (serves) {
            writeStale(query, payloadLimit);
        }
        return serves ? answer : null;
    }

    /** Whether there is an answer that a server would have given to a client that takes this much. */
    private boolean read(Key wanted, int payloadLimit) {
        return cache.size() > 0 && cache.segment(wanted.hash()).find(wanted, found) && suits(payloadLimit);
    }

    /** What came over TCP may be longer than its server sends over UDP, whatever the client takes there. */
    private boolean suits(int payloadLimit) {
        boolean isWithinLimits = found.length <= payloadLimit && payloadLimit <= found.limit;
        boolean onlyCameOverTcp = found.limit == WireMessage.MAX_LENGTH && payloadLimit < WireMessage.MAX_LENGTH;
        return isWithinLimits && (!onlyCameOverTcp || found.length <= NEVER_CUT);
    }

    private boolean mayServeStale(long ageMillis) {
        return found.isAnswer()
                && ageMillis < found.lifeMillis() + rules.stale().toMillis();
    }

    /** Makes the copy that was found the answer to a query, at its age. */
    private void writeFresh(WireMessage query, long ageMillis) {
        writeName(query);
        int ageSeconds = (int) (ageMillis / MILLIS);
        for (int i = 0; i < found.ttls; i++) {
            int position = ttlPosition(i);
            int ttl = found.bytes.getInt(position);
            if (ttl > 0) {
                found.bytes.putInt(position, Math.max(1, ttl - ageSeconds));
            }
        }
        boolean isLastPart = found.lifeMillis() - ageMillis < found.lifeMillis() / LAST_PART;
        isAging = isLastPart && found.isAnswer() && (found.state & Entry.REFRESHING) == 0;
    }

    /** Makes the copy that was found the answer to a query, so that clients ask again soon. */
    private void writeStale(WireMessage query, int payloadLimit) {
        writeName(query);
        for (int i = 0; i < found.ttls; i++) {
            found.bytes.putInt(ttlPosition(i), STALE_TTL);
        }
        ErrorOption.add(answer, ExtendedError.STALE_ANSWER, payloadLimit);
        isStale = true;
    }

    private int ttlPosition(int index) {
        return found.start() + Short.toUnsignedInt(found.bytes.getShort(index * Short.BYTES));
    }

    private void writeName(WireMessage query) {
        answer.at(found.bytes, found.start(), found.length);
        int name = found.start() + Header.LENGTH;
        int length = query.questionEnd() - TYPE_AND_CLASS - Header.LENGTH;
        found.bytes.put(name, query.buffer(), query.namePosition(), length);
    }

    /**
     * @return whether the answer that was found last is not fresh any more
     */
    public boolean isStale() {
        return isStale;
    }

    /**
     * Lets what is kept, and is not fresh any more, serve for a while without a server being asked, because none has answered.
     *
     * @param under its key
     * @param nanoTime now, as {@link System#nanoTime} tells it
     */
    public void postpone(Key under, long nanoTime) {
        long until = AnswerCache.nowMillis(nanoTime) + ASK_AGAIN_AFTER_MILLIS;
        cache.segment(under.hash()).serveStale(under, until);
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

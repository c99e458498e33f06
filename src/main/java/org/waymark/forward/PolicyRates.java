package org.waymark.forward;

import java.nio.ByteBuffer;
import org.waymark.dns.SipHash;
import org.waymark.limit.RateLimit;

/**
 * How often clients may ask for what a policy lets through. All clients with one mark share what it lets that mark ask: a mark is whoever the
 * operator wants to tell apart. Those with the mark 0 or an unknown one have nothing in common but that they have not logged in, and one
 * could use up what all may ask, so each of them counts by its address, too.
 */
final class PolicyRates {
    private final RateLimit limit;
    private final SipHash hash;

    /** A mark, and a client or 0. */
    private final ByteBuffer asker = ByteBuffer.allocate(2 * Long.BYTES);

    PolicyRates(QueryLimits limits) {
        this.limit = limits.perSecond();
        this.hash = limits.hash();
    }

    /** Whether the query, about which has been decided, is one more than its rule lets through now; if not, it counts. */
    boolean exceeds(Query query) {
        int most = query.rule().queriesPerSecond();
        return most > 0 && !limit.take(askerOf(query), most, query.arrivedAt());
    }

    private long askerOf(Query query) {
        long mark = query.connectionMark();
        asker.putLong(0, mark).putLong(Long.BYTES, mark > 0 ? 0 : query.clientKey());
        return hash.of(query.rule().number(), asker, 0, asker.capacity(), SipHash.AS_THEY_ARE);
    }
}

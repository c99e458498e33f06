package org.waymark.cache;

import org.waymark.dns.KeepableAnswer;
import org.waymark.dns.WireMessage;

/**
 * An answer that is to be kept.
 *
 * @param message the answer
 * @param reading where its TTLs are
 * @param lifeSeconds how long it is fresh
 * @param limit the largest answer that the query would have taken, in bytes
 * @param nowMillis when it came, as the cache's clock tells it
 * @param staleMillis how long after its life an answer may still serve
 */
record NewAnswer(
        WireMessage message, KeepableAnswer reading, int lifeSeconds, int limit, long nowMillis, long staleMillis) {
    int size() {
        return Entry.size(reading.ttls(), message.length());
    }
}

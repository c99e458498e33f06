package org.waymark.cache;

/**
 * An answer in the cache with all that is to be known to keep it again.
 *
 * @param view whose it is
 * @param variant of the query
 * @param limit the largest answer that the query would have taken, in bytes
 * @param storedMillis when it came, as the cache's clock tells it
 * @param lifeSeconds how long it is fresh after that
 * @param message the answer
 */
record StoredAnswer(long view, int variant, int limit, long storedMillis, int lifeSeconds, byte[] message) {}

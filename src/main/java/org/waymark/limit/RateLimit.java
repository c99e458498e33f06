package org.waymark.limit;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Limits how often each of many may do something, in the whole process. It is a token bucket for each that holds what is allowed in one
 * second, kept as the one number that the generic cell rate algorithm (ITU-T I.371) needs: the time at which the bucket is full again. So a
 * bucket that is full is like one that is not there, and forgetting the one that was used least recently changes nothing unless more than
 * {@value #MOST} are in use in one second.
 *
 * <p>All workers share it, so a limit means the same for any number of them. Safe for use by several threads.
 */
public final class RateLimit {
    private static final int MOST = 1 << 16;
    private static final long SECOND_NANOS = 1_000_000_000;

    /** When each bucket is full again, by the hash of whose it is; the one that was used least recently is the first. */
    private final Map<Long, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > MOST;
        }
    };

    /**
     * Takes a token.
     *
     * @param whose a hash for which nobody can choose values that collide
     * @param perSecond how many are allowed in a second, from 1 to 10,000; as many at once
     * @param nowNanos the time
     * @return whether there was one
     */
    public synchronized boolean take(long whose, int perSecond, long nowNanos) {
        long full = Math.max(0, fullAt.getOrDefault(whose, nowNanos) - nowNanos) + SECOND_NANOS / perSecond;
        if (full > SECOND_NANOS) {
            return false;
        }
        fullAt.put(whose, nowNanos + full);
        return true;
    }
}

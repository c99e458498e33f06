package org.waymark.dnstap;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Says what the time of day was when {@link System#nanoTime} had a value. Reads the time of day once a second at most. */
final class WallClock {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long readAt;
    private boolean isRead;
    private long offset;

    /** In nanoseconds since 1970. */
    long epochNanos(long nanoTime) {
        if (!isRead || nanoTime - readAt >= SECOND) {
            Instant now = Instant.now();
            isRead = true;
            readAt = System.nanoTime();
            offset = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - readAt;
        }
        return nanoTime + offset;
    }
}

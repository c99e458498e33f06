package org.waymark.report;

import java.util.concurrent.TimeUnit;

/**
 * Whether looks of one kind show lost marks often enough to be told, which happens once. It may be told again when all has been well for
 * ten minutes.
 */
final class Doubt {
    private static final long FINE_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long LATELY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int needed;
    private final long window;
    private long lost;
    private long lostAt;
    private boolean isFine;
    private boolean isTold;

    /**
     * @param needed how many lost ones there must be
     * @param among among how many of the latest looks, at most 64
     */
    Doubt(int needed, int among) {
        this.needed = needed;
        this.window = -1L >>> Long.SIZE - among;
    }

    void kept() {
        lost = lost << 1 & window;
        isFine = true;
    }

    void lost(long nowNanos) {
        if (isTold && isFine && nowNanos - lostAt > FINE_NANOS) {
            isTold = false;
        }
        lost = (lost << 1 | 1) & window;
        lostAt = nowNanos;
        isFine = false;
    }

    /** The last look was wrong about it, and so may be those before it. */
    void clear() {
        lost = 0;
        isFine = true;
    }

    /** How many of the latest looks have shown a lost mark. */
    int count() {
        return Long.bitCount(lost);
    }

    /** Whether it is certain, and not told yet. */
    boolean isNews() {
        return !isTold && count() >= needed;
    }

    boolean isTold() {
        return isTold;
    }

    /** Whether it was told, and is likely to be still so. */
    boolean holds(long nowNanos) {
        return isTold && nowNanos - lostAt < (isFine ? LATELY_NANOS : FINE_NANOS);
    }

    void told() {
        isTold = true;
    }
}

package org.waymark.sets;

import java.util.concurrent.TimeUnit;

/** How long addresses stay in a set. Times are those of {@link System#nanoTime}. */
final class Lifetime {
    /** So long after the answer has ended a client may still begin a connection. */
    private static final long LATE = TimeUnit.SECONDS.toNanos(60);

    /** What may pass from here until the client's time for the answer begins. */
    private static final long ON_THE_WAY = TimeUnit.SECONDS.toNanos(1);

    private static final long ROUND_UP = TimeUnit.SECONDS.toNanos(1) - 1;

    /** For ever, to all intents. */
    private static final long PERMANENT = Long.MAX_VALUE / 4;

    private Lifetime() {}

    /** When an address that goes into a set now ends there. */
    static long end(int ttlSeconds, long now) {
        return now + TimeUnit.SECONDS.toNanos(ttlSeconds) + LATE;
    }

    /** Whether an address that ends then lasts as long as an answer that leaves now. */
    static boolean lasts(long until, int ttlSeconds, long now) {
        return until - now >= TimeUnit.SECONDS.toNanos(ttlSeconds) + ON_THE_WAY;
    }

    /** What is left, in milliseconds, rounded up to seconds so that people can read what nft shows. */
    static long wholeSeconds(long until, long now) {
        return TimeUnit.SECONDS.toMillis(Math.max(1, TimeUnit.NANOSECONDS.toSeconds(until - now + ROUND_UP)));
    }

    /** Whether an end that the kernel tells is this one: it counts in ticks, and in whole milliseconds. */
    static boolean isNoEarlier(long told, long until) {
        return told - until >= -ON_THE_WAY;
    }

    /** Whether less than half of the lifetime is left that an answer of now gives. */
    static boolean isDueForRenewal(long until, int ttlSeconds, long now) {
        return until - now < (end(ttlSeconds, now) - now) / 2;
    }

    /** The end of what an administrator has put in without one. */
    static long permanent(long now) {
        return now + PERMANENT;
    }
}

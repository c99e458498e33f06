package org.waymark.accounts;

import java.time.LocalDate;
import java.util.Arrays;
import org.waymark.firewall.CountedLeg;

/** The sums of an account, or of a mark without one. Each array has pairs of bytes and packets, in the order of {@link CountedLeg}. */
final class Balance {
    static final int COUNTS = 2 * CountedLeg.values().length;

    final long[] total = new long[COUNTS];
    final long[] today = new long[COUNTS];

    /** What sums had that were begun anew, added up. */
    final long[] ended = new long[COUNTS];

    /** The largest quota that was reached, in bytes, and when; 0 and null if none was. */
    long reachedBytes;

    LocalDate reachedOn;

    /** The largest quota that somebody was notified of, in bytes. */
    long notifiedBytes;

    void add(CountedLeg leg, long bytes, long packets) {
        int at = 2 * leg.ordinal();
        total[at] += bytes;
        total[at + 1] += packets;
        today[at] += bytes;
        today[at + 1] += packets;
    }

    /** Begins the sum anew; what was used today stays with today. */
    void beginAnew() {
        Arrays.setAll(ended, i -> ended[i] + total[i]);
        Arrays.fill(total, 0);
        reachedBytes = 0;
        reachedOn = null;
        notifiedBytes = 0;
    }

    void beginDay() {
        Arrays.fill(today, 0);
    }
}

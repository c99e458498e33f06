package org.waymark.accounts;

import org.waymark.firewall.CountedLeg;

/** What the kernel's counters of one mark have shown last, so that only what has come since is added. */
final class Meter {
    /** Pairs of bytes and packets, in the order of {@link CountedLeg}. */
    final long[] seen = new long[Balance.COUNTS];

    /** The number of the reading that has shown the mark last. */
    int reading;

    private Balance balance;

    Meter(Balance balance) {
        this.balance = balance;
    }

    void balance(Balance changed) {
        balance = changed;
    }

    /**
     * Takes what a counter shows. One that has gone back has begun anew, because somebody has removed its element.
     *
     * @return whether it shows anything new
     */
    boolean show(CountedLeg leg, long bytes, long packets) {
        int at = 2 * leg.ordinal();
        if (packets == seen[at + 1] && bytes == seen[at]) {
            return false;
        }
        boolean anew = bytes < seen[at] || packets < seen[at + 1];
        balance.add(leg, anew ? bytes : bytes - seen[at], anew ? packets : packets - seen[at + 1]);
        seen[at] = bytes;
        seen[at + 1] = packets;
        return true;
    }

    void beginAnew(CountedLeg leg) {
        seen[2 * leg.ordinal()] = 0;
        seen[2 * leg.ordinal() + 1] = 0;
    }
}

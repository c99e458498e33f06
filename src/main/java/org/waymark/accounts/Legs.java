package org.waymark.accounts;

import org.waymark.firewall.CountedLeg;

/**
 * What has passed on each leg. The client's DNS and Waymark's DNS for it are the same questions and answers, on both sides of Waymark, so
 * they are never added up.
 *
 * @param up what clients have sent to others through this gateway
 * @param down what has come back
 * @param clientDns clients' queries to Waymark, and the answers
 * @param serverDns Waymark's queries to servers, and their answers
 */
public record Legs(Traffic up, Traffic down, Traffic clientDns, Traffic serverDns) {
    /** Takes pairs of bytes and packets, in the order of {@link CountedLeg}. */
    static Legs of(long[] counts) {
        return new Legs(
                traffic(counts, CountedLeg.FORWARDED_UP),
                traffic(counts, CountedLeg.FORWARDED_DOWN),
                traffic(counts, CountedLeg.CLIENT_DNS),
                traffic(counts, CountedLeg.SERVER_DNS));
    }

    private static Traffic traffic(long[] counts, CountedLeg leg) {
        int at = 2 * leg.ordinal();
        return new Traffic(counts[at], counts[at + 1]);
    }

    /**
     * @return what a provider meters: all but the client's DNS, which stays on this side of the gateway
     */
    public Traffic internet() {
        return up.plus(down).plus(serverDns);
    }
}

package org.waymark.policy;

import org.waymark.mark.MarkMask;

/**
 * What becomes of the queries of some marks.
 *
 * @param match the connection marks that it is about
 * @param setMark makes the outgoing mark of the carried bits of the client's, as CONNMARK --set-xmark does
 * @param group which group of servers they go to, counted from 0; or {@link #BY_DOMAIN}
 * @param refuses whether they are refused instead
 */
public record Rule(MarkMask match, MarkMask setMark, int group, boolean refuses) {
    /** Stands for the group that the name asked for leads to. */
    public static final int BY_DOMAIN = -1;
}

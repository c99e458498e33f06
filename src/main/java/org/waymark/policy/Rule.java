package org.waymark.policy;

import org.waymark.mark.MarkMask;

/**
 * What happens to queries with certain marks.
 *
 * @param number its place among the policies of the configuration, counted from 1; 0 if it is not one of them
 * @param match the connection marks that it matches
 * @param setMark changes the carried bits of the client's mark to the outgoing mark, as CONNMARK --set-xmark does
 * @param group the group of servers that gets them, counted from 0; or {@link #BY_DOMAIN}
 * @param refuses whether they are refused
 */
public record Rule(int number, MarkMask match, MarkMask setMark, int group, boolean refuses) {
    /** Means that the domain of the name in the question selects the group. */
    public static final int BY_DOMAIN = -1;
}

package org.waymark.policy;

import org.waymark.mark.ConnectionMark;

/**
 * The decision about each query, by its connection mark.
 *
 * @param mask the bits of the client's mark that are carried, as nfmask of CONNMARK --restore-mark
 * @param refuseUnknown whether a query whose mark is not known is refused
 * @param unknownMark the outgoing mark of such a query where it is not refused
 */
public record MarkPolicy(int mask, boolean refuseUnknown, int unknownMark) {
    /**
     * @param connectionMark what the look-up told, as {@link ConnectionMark} codes it
     * @return whether the query is refused
     */
    public boolean refuses(long connectionMark) {
        return refuseUnknown && !ConnectionMark.isKnown(connectionMark);
    }

    /**
     * @param connectionMark what the look-up told, as {@link ConnectionMark} codes it
     * @return the mark of every packet that is sent for the query
     */
    public int outgoingMark(long connectionMark) {
        return ConnectionMark.isKnown(connectionMark) ? ConnectionMark.value(connectionMark) & mask : unknownMark;
    }
}

package org.waymark.host;

import java.util.HashSet;
import java.util.Set;
import org.waymark.linux.Endpoint;

/**
 * What Waymark's own table must handle because it is in use, whatever the configuration says now: connections outlive the settings under
 * which they began.
 *
 * @param listening the addresses that have sockets or connections of clients
 * @param outgoingBits the bits that may be set in the marks of sockets to servers
 * @param answersAreMarked whether answers carry their client's mark
 * @param reliesOnTable whether the marks of queries are taken as the table brings them
 */
public record TableUse(Set<Endpoint> listening, int outgoingBits, boolean answersAreMarked, boolean reliesOnTable) {
    /** Nothing is in use. */
    public static final TableUse NONE = of(Set.of());

    /**
     * @param listening addresses that have sockets
     * @return a use of nothing else
     */
    public static TableUse of(Set<Endpoint> listening) {
        return new TableUse(listening, 0, false, false);
    }

    public TableUse {
        listening = Set.copyOf(listening);
    }

    /**
     * @param other what somebody else uses
     * @return what either uses
     */
    public TableUse and(TableUse other) {
        Set<Endpoint> all = new HashSet<>(listening);
        all.addAll(other.listening);
        return new TableUse(
                all,
                outgoingBits | other.outgoingBits,
                answersAreMarked || other.answersAreMarked,
                reliesOnTable || other.reliesOnTable);
    }
}

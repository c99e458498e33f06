package org.waymark.firewall;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.waymark.linux.Endpoint;

/**
 * The rules of a {@link MarkTable}.
 *
 * @param listening the addresses and ports that queries come to; a wildcard stands for all addresses of its IP version
 * @param zones the conntrack zones of clients' connections, in the direction of replies; with none, packets bring no marks along
 * @param unknown the mark that a packet brings along if its connection is not tracked, or is in none of the zones
 * @param servers the servers, which may change later
 * @param mask the bits that are Waymark's in the marks of connections to servers
 * @param markAnswers whether answers to clients carry the mark of their connection
 * @param userId the user that Waymark's sockets belong to
 * @param guarded the marks whose packets leave by some interfaces only
 */
public record TableRules(
        Collection<Endpoint> listening,
        List<Integer> zones,
        int unknown,
        Set<ServerElement> servers,
        int mask,
        boolean markAnswers,
        int userId,
        List<GuardedMark> guarded) {
    public TableRules {
        listening = List.copyOf(listening);
        zones = List.copyOf(zones);
        servers = Set.copyOf(servers);
        guarded = List.copyOf(guarded);
    }

    /**
     * The same rules, except that packets bring no marks along.
     *
     * @return rules for the connections to servers, and for answers to clients
     */
    TableRules withoutIncomingMarks() {
        return new TableRules(listening, List.of(), unknown, servers, mask, markAnswers, userId, guarded);
    }

    /** Whether other rules are the same, whatever the servers are. */
    boolean hasRulesOf(TableRules other) {
        return withServers(Set.of()).equals(other.withServers(Set.of()));
    }

    private TableRules withServers(Set<ServerElement> others) {
        return new TableRules(listening, zones, unknown, others, mask, markAnswers, userId, guarded);
    }

    /**
     * The same rules for other routes.
     *
     * @param others the marks whose packets leave by some interfaces only
     * @return the rules
     */
    public TableRules withGuarded(List<GuardedMark> others) {
        return new TableRules(listening, zones, unknown, servers, mask, markAnswers, userId, others);
    }

    /**
     * @return whether packets bring marks along
     */
    public boolean copiesMarks() {
        return !zones.isEmpty();
    }
}

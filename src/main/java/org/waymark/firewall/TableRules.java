package org.waymark.firewall;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.waymark.linux.Endpoint;

/**
 * What a {@link MarkTable} is to do.
 *
 * @param listening the addresses and ports that queries come to; a wildcard stands for all addresses of its IP version
 * @param zones the conntrack zones of clients' connections, in the direction of replies; where there are none, packets bring no marks
 *     along
 * @param unknown what a packet brings along whose connection is not tracked, or in none of the zones
 * @param servers the servers, which may change later
 * @param mask the bits of the connections to them that are Waymark's
 * @param markAnswers whether what goes to clients carries the mark that its connection has
 * @param userId the user that Waymark's sockets belong to
 */
public record TableRules(
        Collection<Endpoint> listening,
        List<Integer> zones,
        int unknown,
        Set<ServerElement> servers,
        int mask,
        boolean markAnswers,
        int userId) {
    public TableRules {
        listening = List.copyOf(listening);
        zones = List.copyOf(zones);
        servers = Set.copyOf(servers);
    }

    /**
     * The same, but packets bring no marks along.
     *
     * @return rules for the connections to servers, and for what goes to clients
     */
    TableRules withoutIncomingMarks() {
        return new TableRules(listening, List.of(), unknown, servers, mask, markAnswers, userId);
    }

    /**
     * @return whether packets are to bring marks along
     */
    public boolean bringsMarks() {
        return !zones.isEmpty();
    }
}

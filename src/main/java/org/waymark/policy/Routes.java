package org.waymark.policy;

import java.util.List;
import java.util.Map;
import org.waymark.dns.DomainName;
import org.waymark.dns.NameTable;
import org.waymark.dns.WireMessage;

/**
 * The way of each query that is not refused: to the group of servers that its rule names, because that mark's traffic is routed
 * on purpose; otherwise to that of the longest domain that covers the name; otherwise to the first group.
 *
 * @param <G> a group of servers
 */
public final class Routes<G> {
    private final List<G> groups;
    private final NameTable<G> domains;

    /**
     * @param groups the groups in the order in which rules count them; the first is the default
     * @param domains the group of each domain
     */
    public Routes(List<G> groups, Map<DomainName, G> domains) {
        this.groups = List.copyOf(groups);
        this.domains = new NameTable<>(domains);
    }

    /**
     * Finds the group that a query goes to.
     *
     * @param rule the rule that counts
     * @param query a well-formed one
     */
    public G groupFor(Rule rule, WireMessage query) {
        if (rule.group() != Rule.BY_DOMAIN) {
            return groups.get(rule.group());
        }
        G group = query.hasQuestion() ? domains.findLongestSuffix(query.buffer(), query.namePosition()) : null;
        return group == null ? groups.get(0) : group;
    }
}

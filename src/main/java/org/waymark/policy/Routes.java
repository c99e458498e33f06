package org.waymark.policy;

import java.util.HashMap;
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
    /**
     * Where a query goes.
     *
     * @param <G> a group of servers
     * @param group the group
     * @param domain the domain that leads there; null if it is not a domain that does
     */
    record Route<G>(G group, DomainName domain) {}

    private final List<Route<G>> groups;
    private final NameTable<Route<G>> domains;

    /**
     * @param groups the groups in the order in which rules count them; the first is the default
     * @param domains the group of each domain
     */
    public Routes(List<G> groups, Map<DomainName, G> domains) {
        this.groups = groups.stream().map(group -> new Route<>(group, null)).toList();
        Map<DomainName, Route<G>> routes = new HashMap<>();
        domains.forEach((name, group) -> routes.put(name, new Route<>(group, name)));
        this.domains = new NameTable<>(routes);
    }

    /**
     * Finds the way of a query.
     *
     * @param rule the rule that counts
     * @param query a well-formed one
     */
    Route<G> routeFor(Rule rule, WireMessage query) {
        if (rule.group() != Rule.BY_DOMAIN) {
            return groups.get(rule.group());
        }
        Route<G> route = query.hasQuestion() ? domains.findLongestSuffix(query.buffer(), query.namePosition()) : null;
        return route == null ? groups.get(0) : route;
    }
}

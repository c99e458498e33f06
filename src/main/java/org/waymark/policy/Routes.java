package org.waymark.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.waymark.dns.DomainName;
import org.waymark.dns.NameTable;
import org.waymark.dns.WireMessage;

/**
 * Selects the group of servers for each query that is not refused. It is the group of the query's rule if that names
 * one, because the operator routes the traffic of these marks on purpose; otherwise the group of the longest domain
 * that covers the name; otherwise the first group.
 *
 * @param <G> the type of a group of servers
 */
public final class Routes<G> {
    /**
     * Where a query goes.
     *
     * @param <G> the type of a group of servers
     * @param group the group
     * @param domain the domain that selected it; null if no domain did
     */
    record Route<G>(G group, DomainName domain) {}

    private final List<Route<G>> groups;
    private final NameTable<Route<G>> domains;

    /**
     * @param groups the groups in the order of {@link Rule#group}; the first is the default
     * @param domains the group of each domain
     */
    public Routes(List<G> groups, Map<DomainName, G> domains) {
        this.groups = groups.stream().map(group -> new Route<>(group, null)).toList();
        Map<DomainName, Route<G>> routes = new HashMap<>();
        domains.forEach((name, group) -> routes.put(name, new Route<>(group, name)));
        this.domains = new NameTable<>(routes);
    }

    /**
     * Selects the group for a query.
     *
     * @param rule the rule that applies
     * @param query a well-formed query
     */
    Route<G> routeFor(Rule rule, WireMessage query) {
        if (rule.group() != Rule.BY_DOMAIN) {
            return groups.get(rule.group());
        }
        Route<G> route = query.hasQuestion() ? domains.findLongestSuffix(query.buffer(), query.namePosition()) : null;
        return route == null ? groups.get(0) : route;
    }
}

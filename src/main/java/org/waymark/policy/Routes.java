package org.waymark.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.waymark.dns.DomainName;
import org.waymark.dns.NameTable;
import org.waymark.dns.WireMessage;

/**
 * Selects the group of servers for each query that is not refused. It is the group of the query's rule if that names
 * one, because the operator routes the traffic of these marks on purpose; otherwise the group of the longest domain
 * that covers the name; otherwise the first group.
 */
public final class Routes {
    /**
     * Where a query goes.
     *
     * @param group the group of servers, counted from 0
     * @param domain the domain that selected it; null if no domain did
     */
    record Route(int group, DomainName domain) {}

    private final List<Route> groups;
    private final NameTable<Route> domains;

    /**
     * @param groups how many groups there are; the first is the default
     * @param domains the group of each domain, counted from 0
     */
    public Routes(int groups, Map<DomainName, Integer> domains) {
        this.groups = IntStream.range(0, groups)
                .mapToObj(group -> new Route(group, null))
                .toList();
        Map<DomainName, Route> routes = new HashMap<>();
        domains.forEach((name, group) -> routes.put(name, new Route(group, name)));
        this.domains = new NameTable<>(routes);
    }

    /**
     * Selects the group for a query.
     *
     * @param rule the rule that applies
     * @param query a well-formed query
     */
    Route routeFor(Rule rule, WireMessage query) {
        if (rule.group() != Rule.BY_DOMAIN) {
            return groups.get(rule.group());
        }
        Route route = query.hasQuestion() ? domains.findLongestSuffix(query.buffer(), query.namePosition()) : null;
        return route == null ? groups.get(0) : route;
    }
}

package org.waymark.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.waymark.dns.DomainName;
import org.waymark.dns.NameTable;
import org.waymark.dns.WireMessage;
import org.waymark.mark.MarkMask;
import org.waymark.sets.FilledSets;

/**
 * Selects the group of servers for each query that is not refused. It is the group of the query's rule if that names
 * one, because the operator routes the traffic of these marks on purpose; otherwise the group of the longest domain
 * that covers the name; otherwise the first group.
 */
public final class Routes {
    private static final MarkMask AS_IT_IS = new MarkMask(0, 0);

    /**
     * What is said about a domain and all names below it.
     *
     * @param group the group of servers that gets its queries, counted from 0
     * @param setMark changes the carried bits of the client's mark to the outgoing mark, unless the rule does
     * @param fills the sets that the addresses in its answers go into
     */
    public record Domain(int group, MarkMask setMark, List<FilledSets> fills) {
        public Domain {
            fills = List.copyOf(fills);
        }
    }

    /**
     * Where a query goes.
     *
     * @param domain what is said about the domain that covers the name
     * @param name the domain; null if there is none
     */
    record Route(Domain domain, DomainName name) {
        int group() {
            return domain.group();
        }
    }

    private final List<Route> groups;
    private final NameTable<Route> domains;

    /**
     * @param groups how many groups there are; the first is the default
     * @param domains what is said about each domain
     */
    public Routes(int groups, Map<DomainName, Domain> domains) {
        this.groups = IntStream.range(0, groups)
                .mapToObj(group -> new Route(new Domain(group, AS_IT_IS, List.of()), null))
                .toList();
        Map<DomainName, Route> routes = new HashMap<>();
        domains.forEach((name, domain) -> routes.put(name, new Route(domain, name)));
        this.domains = new NameTable<>(routes);
    }

    /**
     * Finds what is said about the name in a query, apart from the group that its rule may name.
     *
     * @param query a well-formed query
     */
    Route routeFor(WireMessage query) {
        Route route = query.hasQuestion() ? domains.findLongestSuffix(query.buffer(), query.namePosition()) : null;
        return route == null ? groups.get(0) : route;
    }
}

package org.waymark.policy;

import org.waymark.dns.WireMessage;

/**
 * Decides about queries, by marks and domains. It is immutable and safe for use by several threads.
 *
 * @param marks decides by marks
 * @param routes selects the group of servers
 */
public record Policy(MarkPolicy marks, Routes routes) {
    /**
     * Decides about a query.
     *
     * @param connectionMark the result of the look-up, as in {@link org.waymark.mark.ConnectionMark}
     * @param query a well-formed query
     * @return what happens to the query
     */
    public Decision decide(long connectionMark, WireMessage query) {
        Rule rule = marks.ruleFor(connectionMark);
        Routes.Route route = routes.routeFor(rule, query);
        return new Decision(rule, marks.outgoingMark(rule, connectionMark), route.group(), route.domain());
    }
}

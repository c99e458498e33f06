package org.waymark.policy;

import org.waymark.dns.WireMessage;

/**
 * Decides about queries. It never changes; several threads may ask it.
 *
 * @param <G> a group of servers
 * @param marks what marks mean
 * @param routes where queries go
 */
public record Policy<G>(MarkPolicy marks, Routes<G> routes) {
    /**
     * Decides about a query.
     *
     * @param connectionMark what the look-up told, as {@link org.waymark.mark.ConnectionMark} codes it
     * @param query a well-formed one
     * @return what happens to the query
     */
    public Decision<G> decide(long connectionMark, WireMessage query) {
        Rule rule = marks.ruleFor(connectionMark);
        Routes.Route<G> route = routes.routeFor(rule, query);
        return new Decision<>(rule, marks.outgoingMark(rule, connectionMark), route.group(), route.domain());
    }
}

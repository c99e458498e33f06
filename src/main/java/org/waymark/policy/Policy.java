package org.waymark.policy;

import java.util.List;
import java.util.stream.Stream;
import org.waymark.dns.WireMessage;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.MarkMask;
import org.waymark.names.Action;
import org.waymark.names.Listing;
import org.waymark.sets.FilledSets;

/**
 * Decides about queries, by marks and names: the first rule that matches applies. Rules match the whole mark; the mask only selects the
 * bits that are carried over to the outgoing mark. It is immutable and safe for use by several threads.
 */
public final class Policy {
    private static final Rule AS_IT_IS = Rule.forAll(Action.FORWARD);
    private static final Rule REFUSED = Rule.forAll(Action.REFUSE);

    private final int mask;
    private final boolean refusesUnknown;
    private final int unknownMark;
    private final Rule[] rules;
    private final Routes routes;

    /**
     * @param mask the bits of the client's mark that are carried over, like nfmask of CONNMARK --restore-mark
     * @param refusesUnknown whether a query with an unknown mark is refused, whatever the rules say
     * @param unknownMark what stands for an unknown mark if it is not refused; it is carried over whatever the mask is
     * @param rules the rules in their order; if none matches, the query's domain selects the group, and the carried bits are the outgoing
     *     mark
     * @param routes selects the group of servers
     */
    public Policy(int mask, boolean refusesUnknown, int unknownMark, List<Rule> rules, Routes routes) {
        this.mask = mask;
        this.refusesUnknown = refusesUnknown;
        this.unknownMark = unknownMark;
        this.rules = rules.toArray(Rule[]::new);
        this.routes = routes;
    }

    /**
     * Decides about a query.
     *
     * @param connectionMark the result of the look-up, as in {@link ConnectionMark}
     * @param query a well-formed query
     * @return what happens to the query
     */
    public Decision decide(long connectionMark, WireMessage query) {
        if (refusesUnknown && !ConnectionMark.isKnown(connectionMark)) {
            return decision(REFUSED, Listing.PLAIN, connectionMark, query);
        }
        for (Rule rule : rules) {
            Listing listing = rule.matches(connectionMark) ? rule.find(query) : null;
            if (listing != null) {
                return decision(rule, listing, connectionMark, query);
            }
        }
        return decision(AS_IT_IS, Listing.PLAIN, connectionMark, query);
    }

    private Decision decision(Rule rule, Listing listing, long connectionMark, WireMessage query) {
        Routes.Route route = routes.routeFor(query);
        boolean isByDomain = rule.group() == Rule.BY_DOMAIN;
        int carried =
                ConnectionMark.isKnown(connectionMark) ? ConnectionMark.value(connectionMark) & mask : unknownMark;
        boolean listSays = listing.action() != null;
        Action action = listSays ? listing.action() : rule.action();
        MarkMask setMark = rule.setsMark() ? rule.setMark() : route.domain().setMark();
        return new Decision(
                rule,
                action,
                listSays ? listing.records() : rule.answer(),
                carried,
                setMark.applyTo(carried),
                isByDomain ? route.group() : rule.group(),
                isByDomain ? route.name() : null,
                action == Action.FORWARD ? together(rule.fills(), route.domain().fills()) : List.of());
    }

    private static List<FilledSets> together(List<FilledSets> ofRule, List<FilledSets> ofDomain) {
        if (ofRule.isEmpty() || ofDomain.isEmpty()) {
            return ofRule.isEmpty() ? ofDomain : ofRule;
        }
        return Stream.concat(ofRule.stream(), ofDomain.stream()).toList();
    }
}

package org.waymark.policy;

import java.util.List;
import java.util.Optional;
import org.waymark.dns.AliasReader;
import org.waymark.dns.DomainName;
import org.waymark.dns.ExtendedError;
import org.waymark.dns.ResourceRecord;
import org.waymark.dns.WireMessage;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.MarkMask;
import org.waymark.names.Action;
import org.waymark.names.Listing;
import org.waymark.names.NameList;
import org.waymark.sets.FilledSets;

/**
 * What happens to queries with certain marks, for certain names.
 *
 * @param number its place among the policies of the configuration, counted from 1; 0 if it is not one of them
 * @param match the connection marks that it matches; null if it matches all, those that are unknown included
 * @param names the names that it matches; null if it matches all
 * @param setMark changes the carried bits of the client's mark to the outgoing mark, as CONNMARK --set-xmark does
 * @param group the group of servers that gets them, counted from 0; or {@link #BY_DOMAIN}
 * @param action what happens to them, unless the list of names says something else about a name
 * @param answer the records that they are answered with, for {@link Action#ANSWER}
 * @param isStrict whether an answer may lead only to names that the rule matches
 * @param fills the sets that the addresses in their answers go into
 * @param requiresRoute whether they leave only by the route of their outgoing mark; no domain changes that mark then
 * @param queriesPerSecond how many queries of one mark may go on in a second; 0 if as many as there are
 */
public record Rule(
        int number,
        MarkMask match,
        NameList names,
        MarkMask setMark,
        int group,
        Action action,
        List<ResourceRecord> answer,
        boolean isStrict,
        List<FilledSets> fills,
        boolean requiresRoute,
        int queriesPerSecond) {
    /** Means that the domain of the name in the question selects the group. */
    public static final int BY_DOMAIN = -1;

    private static final MarkMask AS_IT_IS = new MarkMask(0, 0);

    public Rule {
        answer = List.copyOf(answer);
        fills = List.copyOf(fills);
    }

    /** A rule outside of the configuration, for every mark and name. */
    static Rule forAll(Action action) {
        return new Rule(0, null, null, AS_IT_IS, BY_DOMAIN, action, List.of(), false, List.of(), false, 0);
    }

    /** Whether it says what the outgoing mark is, or else the domain of the name may. */
    boolean setsMark() {
        return requiresRoute || !setMark.equals(AS_IT_IS);
    }

    /**
     * @param connectionMark the result of the look-up, as in {@link ConnectionMark}
     */
    boolean matches(long connectionMark) {
        return match == null
                || ConnectionMark.isKnown(connectionMark) && match.matches(ConnectionMark.value(connectionMark));
    }

    /**
     * @param query a well-formed query
     * @return what the list of names says about the name in the question; null if it does not have it
     */
    Listing find(WireMessage query) {
        if (names == null) {
            return Listing.PLAIN;
        }
        return query.hasQuestion() ? names.find(query.buffer(), query.namePosition()) : null;
    }

    /**
     * Why it does not forward, for clients: the operator blocks a name for everybody, or for some, or a client for every name.
     */
    public ExtendedError reason() {
        if (names == null) {
            return ExtendedError.MARK_REFUSED;
        }
        return match == null ? ExtendedError.BLOCKED : ExtendedError.FILTERED;
    }

    /**
     * @param answer a server's answer to a query that it matches
     * @return the first alias in it, for people, that leads to a name that it does not match, or {@code ?} if the answer can't be read, or
     *     the names are others since the query came
     */
    public Optional<String> strangerIn(WireMessage answer) {
        if (names.isReleased()) {
            return Optional.of("?");
        }
        return AliasReader.targets(answer)
                .map(targets -> targets.stream()
                        .filter(target -> names.find(target.wire(), 0) == null)
                        .map(DomainName::toString)
                        .findFirst())
                .orElse(Optional.of("?"));
    }

    /** What it matches, for people: {@code 0x1/0xff}, {@code its names}, or {@code 0x1/0xff, its names}. */
    public String matching() {
        if (names == null) {
            return match == null ? "everything" : match.toString();
        }
        return match == null ? "its names" : match + ", its names";
    }
}

package org.waymark.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.waymark.mark.MarkMask;
import org.waymark.names.Action;
import org.waymark.sets.FilledSets;

/**
 * A section {@code [[policy]]}: what happens to the queries with some marks, for some names. If several match, the first counts.
 *
 * @param mark the connection marks that the policy is for; empty if it is for all, those that are unknown included
 * @param names the names that it is for
 * @param upstream the name of the group of servers that the queries go to; empty if that depends on the domain
 * @param setMark how the outgoing mark is made from the client's, as CONNMARK --set-xmark does; 0/0 leaves it as it is
 * @param action what happens to the queries
 * @param answer the addresses that they are answered with, if the action is to answer
 * @param cname what happens if the answer to a name leads to another one that is not among the names
 * @param fills the sets of nft that the addresses in their answers go into; one element, or none
 * @param requireRoute whether the queries leave only by the interfaces of routes that a rule for their outgoing mark leads to
 * @param queriesPerSecond how many queries of each mark may go on in a second; empty if as many as there are
 */
public record PolicyRule(
        Optional<MarkMask> mark,
        PolicyNames names,
        Optional<String> upstream,
        MarkMask setMark,
        Action action,
        List<InetAddress> answer,
        Cname cname,
        List<FilledSets> fills,
        boolean requireRoute,
        Optional<Integer> queriesPerSecond) {
    private static final String KEY = "policy";
    private static final String MARK = "mark";
    private static final String NAMES = "names";
    private static final String UPSTREAM = "upstream";
    private static final String SET_MARK = "set-mark";
    private static final String ACTION = "action";
    private static final String ANSWER = "answer";
    private static final String CNAME = "cname";
    private static final String REQUIRE_ROUTE = "require-route";
    private static final String QUERIES_PER_SECOND = "queries-per-second";
    private static final int MOST_PER_SECOND = 10_000;
    private static final MarkMask AS_IT_IS = new MarkMask(0, 0);

    /** What lists of names may say besides is not for policies: nobody would want it for all of their names. */
    private static final Set<Action> CHOICE = EnumSet.range(Action.FORWARD, Action.ANSWER);

    private static final MarkMask ANY = new MarkMask(0, 0);

    /** What happens if an answer leads to a name that the policy does not name. */
    public enum Cname {
        /** The client gets it. */
        FOLLOW,
        /** The client gets REFUSED in its place. */
        STRICT
    }

    public PolicyRule {
        answer = List.copyOf(answer);
        fills = List.copyOf(fills);
    }

    /**
     * Whether policies treat marks differently for some names: one by itself, or one that keeps marks from everything and another that lets
     * some names pass.
     */
    static boolean haveNamesForMarks(List<PolicyRule> policies) {
        return policies.stream().anyMatch(policy -> policy.mark.isPresent() && !policy.names.areAll())
                || policies.stream().anyMatch(policy -> policy.mark.isPresent() && policy.action != Action.FORWARD)
                        && policies.stream()
                                .anyMatch(policy -> !policy.names.areAll() && policy.action == Action.FORWARD);
    }

    /** Reads every {@code [[policy]]} of a file. */
    static List<PolicyRule> allFrom(Section file, List<UpstreamGroup> groups, Section marking) {
        List<PolicyRule> rules = new ArrayList<>();
        for (Section section : file.sections(KEY)) {
            PolicyRule rule = from(section, groups);
            rule.checkRoute(section, marking);
            warnIfNeverUsed(section, rule, rules);
            rules.add(rule);
        }
        return rules;
    }

    private static PolicyRule from(Section policy, List<UpstreamGroup> groups) {
        if (!policy.has(MARK) && !policy.has(NAMES)) {
            policy.missing(MARK, Kind.markMask().allowed() + "; or names");
        }
        PolicyRule rule = new PolicyRule(
                policy.find(MARK, Kind.markMask()),
                PolicyNames.from(policy, NAMES),
                policy.find(UPSTREAM, UpstreamGroup.oneOf(groups)),
                policy.find(SET_MARK, Kind.markMask()).orElse(AS_IT_IS),
                policy.value(ACTION, Kind.oneOf(CHOICE), "forward"),
                policy.list(ANSWER, Kind.text("an IP address", AddressText::parse), List.of()),
                policy.value(CNAME, Kind.oneOf(Cname.class), "follow"),
                FilledSetsReader.read(policy),
                policy.value(REQUIRE_ROUTE, Kind.flag(), false),
                policy.find(QUERIES_PER_SECOND, Kind.integer(1, MOST_PER_SECOND)));
        rule.check(policy);
        return rule;
    }

    private void check(Section policy) {
        if (action != Action.FORWARD) {
            for (String key :
                    List.of(UPSTREAM, SET_MARK, CNAME, FilledSetsReader.ADD_TO, REQUIRE_ROUTE, QUERIES_PER_SECOND)) {
                if (policy.has(key)) {
                    policy.wrong(key, "has no meaning where action = " + quoted(action) + "; leave out one of them");
                }
            }
        }
        if (action == Action.ANSWER && !policy.has(ANSWER)) {
            policy.missing(ANSWER, "the addresses to answer with, because action = \"answer\"");
        } else if (action != Action.ANSWER && policy.has(ANSWER)) {
            policy.wrong(ANSWER, "has no meaning where action = " + quoted(action) + "; write action = \"answer\"");
        }
        if (policy.has(CNAME) && !policy.has(NAMES)) {
            policy.wrong(CNAME, "has no meaning without names");
        }
    }

    private void checkRoute(Section policy, Section marking) {
        if (!requireRoute || action != Action.FORWARD) {
            return;
        }
        if (mark.isEmpty() && setMark.equals(AS_IT_IS)) {
            policy.wrong(REQUIRE_ROUTE, "needs a mark that has a route: write mark or set-mark");
        } else if (outgoing(Marking.mask(marking)).value() == 0) {
            policy.wrong(
                    REQUIRE_ROUTE,
                    "is for queries that leave with a mark, and these have none: write a set-mark other than 0, or a mark"
                            + " that mark.mask carries");
        } else if (!Marking.ownRule(marking)) {
            policy.wrong(REQUIRE_ROUTE, "needs Waymark's own table: leave out mark.own-rule = false");
        }
    }

    /** The marks that its queries leave with, of which {@code carried} bits are those of the client's. */
    MarkMask outgoing(int carried) {
        MarkMask known = setMark.equals(AS_IT_IS)
                ? new MarkMask(markOrAny().value(), markOrAny().mask() & carried)
                : setMark;
        return new MarkMask(known.value() & known.mask(), known.mask());
    }

    private static String quoted(Action action) {
        return "\"" + action.name().toLowerCase(Locale.ROOT) + "\"";
    }

    private static void warnIfNeverUsed(Section section, PolicyRule rule, List<PolicyRule> above) {
        if (!section.has(MARK)) {
            return;
        }
        MarkMask mark = rule.markOrAny();
        if (!mark.canMatch()) {
            section.warn(MARK, mark + " matches no mark: the value has bits outside the mask");
            return;
        }
        above.stream()
                .filter(other -> other.names.areAll() && other.markOrAny().covers(mark))
                .findFirst()
                .ifPresent(other -> section.warn(
                        MARK, mark + " is never reached: the policy for " + other.markOrAny() + " above takes it all"));
    }

    private MarkMask markOrAny() {
        return mark.orElse(ANY);
    }
}

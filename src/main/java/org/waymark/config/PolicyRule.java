package org.waymark.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.waymark.mark.MarkMask;

/**
 * A section {@code [[policy]]}: what happens to the queries with some marks. If several match, the first counts.
 *
 * @param mark the connection marks that the policy is for
 * @param upstream the name of the group of servers that the queries go to; empty if that depends on the domain
 * @param setMark how the outgoing mark is made from the client's, as CONNMARK --set-xmark does; 0/0 leaves it as it is
 * @param action whether the queries are forwarded at all
 */
public record PolicyRule(MarkMask mark, Optional<String> upstream, MarkMask setMark, Action action) {
    private static final String KEY = "policy";
    private static final String MARK = "mark";
    private static final String UPSTREAM = "upstream";
    private static final String SET_MARK = "set-mark";
    private static final MarkMask AS_IT_IS = new MarkMask(0, 0);

    /** Whether queries are forwarded. */
    public enum Action {
        FORWARD,
        /** They are answered with REFUSED. */
        REFUSE
    }

    /** Reads every {@code [[policy]]} of a file. */
    static List<PolicyRule> allFrom(Section file, List<UpstreamGroup> groups) {
        List<PolicyRule> rules = new ArrayList<>();
        for (Section section : file.sections(KEY)) {
            PolicyRule rule = from(section, groups);
            warnIfNeverUsed(section, rule, rules);
            rules.add(rule);
        }
        return rules;
    }

    private static PolicyRule from(Section policy, List<UpstreamGroup> groups) {
        if (!policy.has(MARK)) {
            policy.missing(MARK, Kind.markMask().allowed());
        }
        PolicyRule rule = new PolicyRule(
                policy.value(MARK, Kind.markMask(), 0),
                policy.find(UPSTREAM, UpstreamGroup.oneOf(groups)),
                policy.find(SET_MARK, Kind.markMask()).orElse(AS_IT_IS),
                policy.value("action", Kind.oneOf(Action.class), "forward"));
        for (String key : List.of(UPSTREAM, SET_MARK)) {
            if (rule.action == Action.REFUSE && policy.has(key)) {
                policy.wrong(key, "has no meaning where action = \"refuse\"; leave out one of them");
            }
        }
        return rule;
    }

    private static void warnIfNeverUsed(Section section, PolicyRule rule, List<PolicyRule> above) {
        if (!section.has(MARK)) {
            return;
        }
        if (!rule.mark.canMatch()) {
            section.warn(MARK, rule.mark + " matches no mark: the value has bits outside the mask");
            return;
        }
        Optional<PolicyRule> covering =
                above.stream().filter(other -> other.mark.covers(rule.mark)).findFirst();
        covering.ifPresent(other -> section.warn(
                MARK, rule.mark + " is never reached: the policy for " + other.mark + " above takes it all"));
    }
}

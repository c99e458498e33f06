package org.waymark.policy;

import java.util.List;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.MarkMask;

/**
 * Decides about queries by their connection marks: the first rule that matches applies. Rules match the whole mark; the
 * mask only selects the bits that are carried over to the outgoing mark. An unknown mark matches none of the rules, but
 * has its own rule.
 */
public final class MarkPolicy {
    private static final MarkMask ANY = new MarkMask(0, 0);
    private static final Rule AS_IT_IS = new Rule(0, ANY, ANY, Rule.BY_DOMAIN, false);

    private final int mask;
    private final Rule unknown;
    private final List<Rule> rules;

    /**
     * @param mask the bits of the client's mark that are carried over, like nfmask of CONNMARK --restore-mark
     * @param refuseUnknown whether a query with an unknown mark is refused
     * @param unknownMark the outgoing mark of such a query if it is not refused
     * @param rules the rules in their order; if none matches, the query's domain selects the group, and the carried
     *     bits are the outgoing mark
     */
    public MarkPolicy(int mask, boolean refuseUnknown, int unknownMark, List<Rule> rules) {
        this.mask = mask;
        this.unknown = new Rule(0, ANY, MarkMask.exactly(unknownMark), Rule.BY_DOMAIN, refuseUnknown);
        this.rules = List.copyOf(rules);
    }

    /**
     * @return the rules in their order
     */
    public List<Rule> rules() {
        return rules;
    }

    /**
     * @param connectionMark the result of the look-up, as in {@link ConnectionMark}
     * @return the rule that applies; one of {@link #rules} unless none matches
     */
    public Rule ruleFor(long connectionMark) {
        if (!ConnectionMark.isKnown(connectionMark)) {
            return unknown;
        }
        int mark = ConnectionMark.value(connectionMark);
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).match().matches(mark)) {
                return rules.get(i);
            }
        }
        return AS_IT_IS;
    }

    /**
     * @param rule the rule that applies
     * @param connectionMark the result of the look-up, as in {@link ConnectionMark}
     * @return the mark of every packet that is sent upstream for the query
     */
    public int outgoingMark(Rule rule, long connectionMark) {
        int carried = ConnectionMark.isKnown(connectionMark) ? ConnectionMark.value(connectionMark) & mask : 0;
        return rule.setMark().applyTo(carried);
    }
}

package org.waymark.policy;

import java.util.List;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.MarkMask;

/**
 * The decision about each query, by its connection mark: the first rule that matches counts. Marks are matched whole, the
 * mask is about what is carried. A mark that is not known matches no rule; it has one of its own.
 */
public final class MarkPolicy {
    private static final MarkMask ANY = new MarkMask(0, 0);
    private static final Rule AS_IT_IS = new Rule(ANY, ANY, Rule.BY_DOMAIN, false);

    private final int mask;
    private final Rule unknown;
    private final List<Rule> rules;

    /**
     * @param mask the bits of the client's mark that are carried, as nfmask of CONNMARK --restore-mark
     * @param refuseUnknown whether a query whose mark is not known is refused
     * @param unknownMark the outgoing mark of such a query where it is not refused
     * @param rules the rules in their order; where none matches, the query goes by its domain with its mark as it is
     */
    public MarkPolicy(int mask, boolean refuseUnknown, int unknownMark, List<Rule> rules) {
        this.mask = mask;
        this.unknown = new Rule(ANY, MarkMask.exactly(unknownMark), Rule.BY_DOMAIN, refuseUnknown);
        this.rules = List.copyOf(rules);
    }

    /**
     * @return the rules in their order
     */
    public List<Rule> rules() {
        return rules;
    }

    /**
     * @param connectionMark what the look-up told, as {@link ConnectionMark} codes it
     * @return the rule that counts; one of {@link #rules} unless none matches
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
     * @param rule the rule that counts
     * @param connectionMark what the look-up told, as {@link ConnectionMark} codes it
     * @return the mark of every packet that is sent for the query
     */
    public int outgoingMark(Rule rule, long connectionMark) {
        int carried = ConnectionMark.isKnown(connectionMark) ? ConnectionMark.value(connectionMark) & mask : 0;
        return rule.setMark().applyTo(carried);
    }
}

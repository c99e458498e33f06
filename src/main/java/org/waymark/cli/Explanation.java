package org.waymark.cli;

import java.util.List;
import org.waymark.config.Configuration;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;
import org.waymark.policy.MarkPolicy;
import org.waymark.policy.Rule;
import org.waymark.server.Policies;

/** Says what becomes of a query of some connection mark, in one line. */
final class Explanation {
    private Explanation() {}

    static String of(Configuration configuration, int mark) {
        MarkPolicy policy = Policies.of(configuration);
        long connectionMark = ConnectionMark.known(mark);
        Rule rule = policy.ruleFor(connectionMark);
        return "mark " + Mark.format(mark) + ": " + nameOf(policy.rules(), rule) + ": "
                + consequence(configuration, policy, rule, connectionMark);
    }

    private static String nameOf(List<Rule> rules, Rule rule) {
        int index = rules.indexOf(rule);
        return index < 0 ? "no policy" : "policy " + (index + 1) + " (" + rule.match() + ")";
    }

    private static String consequence(Configuration configuration, MarkPolicy policy, Rule rule, long connectionMark) {
        if (rule.refuses()) {
            return "refused";
        }
        return "to the group " + configuration.upstreams().get(rule.group()).name() + " with the mark "
                + Mark.format(policy.outgoingMark(rule, connectionMark));
    }
}

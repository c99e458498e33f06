package org.waymark.server;

import java.util.ArrayList;
import java.util.List;
import org.waymark.config.Configuration;
import org.waymark.config.Marking;
import org.waymark.config.PolicyRule;
import org.waymark.config.UpstreamGroup;
import org.waymark.policy.MarkPolicy;
import org.waymark.policy.Rule;

/** Makes the policy of what the configuration says about marks. */
public final class Policies {
    private Policies() {}

    /**
     * @param configuration the settings
     * @return the policy; it counts groups, and has its rules, in the configuration's order
     */
    public static MarkPolicy of(Configuration configuration) {
        List<String> groups =
                configuration.upstreams().stream().map(UpstreamGroup::name).toList();
        List<Rule> rules = new ArrayList<>();
        for (PolicyRule rule : configuration.policies()) {
            rules.add(new Rule(
                    rule.mark(),
                    rule.setMark(),
                    groups.indexOf(rule.upstream()),
                    rule.action() == PolicyRule.Action.REFUSE));
        }
        Marking marking = configuration.marking();
        return new MarkPolicy(
                marking.mask(), marking.unknown() == Marking.Unknown.REFUSE, marking.unknownMark(), rules);
    }
}

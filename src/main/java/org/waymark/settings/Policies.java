package org.waymark.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.waymark.config.Configuration;
import org.waymark.config.DomainRule;
import org.waymark.config.Marking;
import org.waymark.config.PolicyRule;
import org.waymark.config.UpstreamGroup;
import org.waymark.dns.DomainName;
import org.waymark.policy.MarkPolicy;
import org.waymark.policy.Policy;
import org.waymark.policy.Routes;
import org.waymark.policy.Rule;

/** Makes the policy from what the configuration says about marks and domains. */
public final class Policies {
    private Policies() {}

    /**
     * @param configuration the settings
     * @return the policy, with rules and groups in the configuration's order
     */
    public static Policy of(Configuration configuration) {
        return new Policy(marks(configuration), routes(configuration));
    }

    private static MarkPolicy marks(Configuration configuration) {
        List<String> groups = namesOf(configuration);
        List<Rule> rules = new ArrayList<>();
        for (PolicyRule rule : configuration.policies()) {
            rules.add(new Rule(
                    rules.size() + 1,
                    rule.mark(),
                    rule.setMark(),
                    rule.upstream().map(groups::indexOf).orElse(Rule.BY_DOMAIN),
                    rule.action() == PolicyRule.Action.REFUSE));
        }
        Marking marking = configuration.marking();
        return new MarkPolicy(
                marking.mask(), marking.unknown() == Marking.Unknown.REFUSE, marking.unknownMark(), rules);
    }

    private static Routes routes(Configuration configuration) {
        List<String> names = namesOf(configuration);
        Map<DomainName, Integer> domains = new HashMap<>();
        for (DomainRule rule : configuration.domains()) {
            int group = names.indexOf(rule.upstream());
            rule.names().forEach(name -> domains.put(name, group));
        }
        return new Routes(names.size(), domains);
    }

    private static List<String> namesOf(Configuration configuration) {
        return configuration.upstreams().stream().map(UpstreamGroup::name).toList();
    }
}

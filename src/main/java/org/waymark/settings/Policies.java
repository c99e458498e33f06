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
import org.waymark.dns.ResourceRecord;
import org.waymark.names.NameList;
import org.waymark.policy.Policy;
import org.waymark.policy.Routes;
import org.waymark.policy.Rule;

/** Makes the policy from what the configuration says about marks, names and domains. */
public final class Policies {
    /** How long clients may keep the answer of a policy, in seconds: the policy may say something else soon, as after a login. */
    private static final int ANSWER_TTL = 5;

    private Policies() {}

    /**
     * @param configuration the settings
     * @param lists the names of each policy, in the order of the configuration; null where it names none
     * @return the policy, with rules and groups in the configuration's order
     */
    public static Policy of(Configuration configuration, List<NameList> lists) {
        List<String> groups = namesOf(configuration);
        List<Rule> rules = new ArrayList<>();
        for (PolicyRule rule : configuration.policies()) {
            rules.add(new Rule(
                    rules.size() + 1,
                    rule.mark().orElse(null),
                    lists.get(rules.size()),
                    rule.setMark(),
                    rule.upstream().map(groups::indexOf).orElse(Rule.BY_DOMAIN),
                    rule.action(),
                    rule.answer().stream()
                            .map(address -> ResourceRecord.address(address, ANSWER_TTL))
                            .toList(),
                    rule.cname() == PolicyRule.Cname.STRICT,
                    rule.queriesPerSecond().orElse(0)));
        }
        Marking marking = configuration.marking();
        return new Policy(
                marking.mask(),
                marking.unknown() == Marking.Unknown.REFUSE,
                marking.unknownMark(),
                rules,
                routes(configuration));
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

package org.waymark.settings;

import java.util.ArrayList;
import java.util.Comparator;
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
                    rule.fills(),
                    rule.requireRoute(),
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
        List<String> groups = namesOf(configuration);
        Map<DomainName, Integer> groupOf = new HashMap<>();
        for (DomainRule rule : configuration.domains()) {
            rule.upstream().ifPresent(group -> rule.names().forEach(name -> groupOf.put(name, groups.indexOf(group))));
        }
        Map<DomainName, Routes.Domain> domains = new HashMap<>();
        for (DomainRule rule : configuration.domains()) {
            rule.names()
                    .forEach(name -> domains.put(
                            name, new Routes.Domain(groupFor(name, groupOf), rule.setMark(), rule.fills())));
        }
        return new Routes(groups.size(), domains);
    }

    /** The group of a domain: that of the longest one that covers it and names a group, or the first. */
    private static int groupFor(DomainName domain, Map<DomainName, Integer> groupOf) {
        return groupOf.keySet().stream()
                .filter(name -> name.covers(domain))
                .max(Comparator.comparingInt(name -> name.wire().remaining()))
                .map(groupOf::get)
                .orElse(0);
    }

    private static List<String> namesOf(Configuration configuration) {
        return configuration.upstreams().stream().map(UpstreamGroup::name).toList();
    }
}

package org.waymark.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.waymark.config.Configuration;
import org.waymark.dns.DomainName;
import org.waymark.dns.NameTable;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;
import org.waymark.policy.MarkPolicy;
import org.waymark.policy.Rule;
import org.waymark.server.LocalSources;
import org.waymark.server.Policies;

/** Says what becomes of a query of some connection mark, and for some name, in one line. */
final class Explanation {
    private final Configuration configuration;
    private final MarkPolicy policy;

    Explanation(Configuration configuration) {
        this.configuration = configuration;
        this.policy = Policies.of(configuration);
    }

    /**
     * @param mark the mark of the client's connection
     * @param name what is asked for; null to say what holds whatever that is
     */
    String of(int mark, DomainName name) {
        long connectionMark = ConnectionMark.known(mark);
        Rule rule = policy.ruleFor(connectionMark);
        String asked = "mark " + Mark.describe(mark) + (name == null ? "" : ", " + name) + ": " + nameOf(rule);
        if (rule.refuses()) {
            return asked + ": refused";
        }
        String answer =
                name == null ? null : new LocalSources(configuration).current().explain(name);
        if (answer != null) {
            return asked + ": answered here: " + answer;
        }
        return asked + way(rule, name) + " with the mark " + Mark.describe(policy.outgoingMark(rule, connectionMark));
    }

    private String nameOf(Rule rule) {
        int index = policy.rules().indexOf(rule);
        return index < 0 ? "no policy" : "policy " + (index + 1) + " (" + rule.match() + ")";
    }

    private String way(Rule rule, DomainName name) {
        List<String> groups =
                configuration.upstreams().stream().map(group -> group.name()).toList();
        if (rule.group() != Rule.BY_DOMAIN) {
            return ": to the group " + groups.get(rule.group());
        }
        Map<DomainName, String> ways = new HashMap<>();
        configuration.domains().forEach(domain -> domain.names()
                .forEach(each -> ways.put(each, ": domain " + each + ": to the group " + domain.upstream())));
        String way = name == null ? null : new NameTable<>(ways).findLongestSuffix(name.wire(), 0);
        if (way != null) {
            return way;
        }
        boolean mayDiffer = name == null && !ways.isEmpty();
        return ": to the group " + groups.get(0) + (mayDiffer ? ", or that of its domain," : "");
    }
}

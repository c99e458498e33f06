package org.waymark.cli;

import org.waymark.config.Configuration;
import org.waymark.dns.DomainName;
import org.waymark.dns.WireMessage;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;
import org.waymark.policy.Decision;
import org.waymark.policy.Policy;
import org.waymark.policy.Rule;
import org.waymark.settings.LocalSources;
import org.waymark.settings.Policies;

/** Says in one line what happens to a query with a connection mark, and for a name. */
final class Explanation {
    private final Configuration configuration;
    private final Policy policy;

    Explanation(Configuration configuration) {
        this.configuration = configuration;
        this.policy = Policies.of(configuration);
    }

    /**
     * @param mark the mark of the client's connection
     * @param name the name in the query; null for an explanation that holds for every name
     */
    String of(int mark, DomainName name) {
        WireMessage query = name == null ? new WireMessage() : WireMessage.queryFor(name);
        Decision decision = policy.decide(ConnectionMark.known(mark), query);
        String asked =
                "mark " + Mark.describe(mark) + (name == null ? "" : ", " + name) + ": " + nameOf(decision.rule());
        if (decision.rule().refuses()) {
            return asked + ": refused";
        }
        String answer =
                name == null ? null : new LocalSources(configuration).current().explain(name);
        if (answer != null) {
            return asked + ": answered here: " + answer;
        }
        return asked + way(decision, name) + " with the mark " + Mark.describe(decision.mark());
    }

    private static String nameOf(Rule rule) {
        return rule.number() == 0 ? "no policy" : "policy " + rule.number() + " (" + rule.match() + ")";
    }

    private String way(Decision decision, DomainName name) {
        String domain = decision.domain() == null ? "" : ": domain " + decision.domain();
        boolean mayDiffer = name == null
                && decision.rule().group() == Rule.BY_DOMAIN
                && !configuration.domains().isEmpty();
        return domain + ": to the group "
                + configuration.upstreams().get(decision.group()).name()
                + (mayDiffer ? ", or that of its domain," : "");
    }
}

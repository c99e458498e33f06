package org.waymark.cli;

import java.util.Optional;
import java.util.stream.Collectors;
import org.waymark.config.Cache;
import org.waymark.config.Configuration;
import org.waymark.dns.DomainName;
import org.waymark.dns.ResourceRecord;
import org.waymark.dns.WireMessage;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;
import org.waymark.mark.MarkMask;
import org.waymark.names.Action;
import org.waymark.policy.Decision;
import org.waymark.policy.Policy;
import org.waymark.policy.Rule;
import org.waymark.sets.SetName;
import org.waymark.settings.LocalSources;
import org.waymark.settings.NameSources;
import org.waymark.settings.Policies;

/** Says what happens to a query with a connection mark, and for a name: where it goes, and who shares its answer. */
final class Explanation {
    private static final int ALL_BITS = 0xffff_ffff;

    private final Configuration configuration;
    private final NameSources names;
    private final Policy policy;

    Explanation(Configuration configuration) {
        this.configuration = configuration;
        this.names = new NameSources(configuration);
        this.policy = Policies.of(configuration, names.current());
    }

    /**
     * @param mark the mark of the client's connection
     * @param name the name in the query; null for an explanation that holds for every name
     */
    String of(int mark, DomainName name) {
        WireMessage query = name == null ? new WireMessage() : WireMessage.queryFor(name);
        Decision decision = policy.decide(ConnectionMark.known(mark), query);
        String asked = "mark " + Mark.describe(mark) + (name == null ? "" : ", " + name) + ": "
                + nameOf(decision.rule(), name);
        if (decision.action() == Action.REFUSE) {
            return asked + ": refused";
        }
        String answer =
                name == null ? null : new LocalSources(configuration).current().explain(name);
        if (answer != null) {
            return asked + ": answered here: " + answer;
        }
        if (!decision.forwards()) {
            return asked + ": " + answered(decision);
        }
        String sent = asked + way(decision, name) + " with the mark " + Mark.describe(decision.mark())
                + (decision.rule().requiresRoute() ? ", only by its route" : "");
        String filled = decision.fills().stream()
                .flatMap(fills -> fills.names().stream())
                .map(SetName::toString)
                .collect(Collectors.joining(", "));
        String whole = filled.isEmpty() ? sent : sent + "; addresses go into " + filled;
        return name == null ? whole : whole + System.lineSeparator() + sharing(decision, name);
    }

    private static String answered(Decision decision) {
        return switch (decision.action()) {
            case ANSWER ->
                "answered with "
                        + decision.records().stream()
                                .map(ResourceRecord::toString)
                                .collect(Collectors.joining(", "));
            case NODATA -> "answered as if it had no records";
            case NXDOMAIN -> "answered as if it did not exist";
            case DROP -> "not answered";
            case TRUNCATE -> "asked for over TCP";
            case FORWARD, REFUSE -> throw new IllegalArgumentException("no answer: " + decision.action());
        };
    }

    /** Whether the answer may come from the cache, and whose queries have put it there. */
    private String sharing(Decision decision, DomainName name) {
        Cache cache = configuration.cache();
        if (cache.size() == 0) {
            return "the answer is not kept: cache.size is \"0\"";
        }
        Optional<DomainName> never =
                cache.never().stream().filter(each -> each.covers(name)).findFirst();
        if (never.isPresent()) {
            return "the answer is not kept: cache.never has " + never.get();
        }
        return "the answer may come from the cache, shared by all queries to the group " + groupOf(decision)
                + whichMarks(decision.mark(), cache.shareMask());
    }

    private static String whichMarks(int mark, int shareMask) {
        return switch (shareMask) {
            case 0 -> "";
            case ALL_BITS -> " with the mark " + Mark.describe(mark);
            default -> " whose mark matches " + new MarkMask(mark & shareMask, shareMask);
        };
    }

    private String groupOf(Decision decision) {
        return configuration.upstreams().get(decision.group()).name();
    }

    private String nameOf(Rule rule, DomainName name) {
        if (rule.number() == 0) {
            return "no policy";
        }
        String file = rule.names() == null || name == null
                ? ""
                : names.fileThatHas(rule.number(), name)
                        .map(path -> ", from " + path)
                        .orElse("");
        return "policy " + rule.number() + " (" + rule.matching() + file + ")";
    }

    private String way(Decision decision, DomainName name) {
        String domain = decision.domain() == null ? "" : ": domain " + decision.domain();
        boolean mayDiffer = name == null
                && decision.rule().group() == Rule.BY_DOMAIN
                && !configuration.domains().isEmpty();
        return domain + ": to the group " + groupOf(decision) + (mayDiffer ? ", or that of its domain," : "");
    }
}

package org.waymark.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.waymark.dns.DomainName;
import org.waymark.dns.ReverseNames;

/**
 * A section {@code [[domain]]}: where the queries for a domain go. If several domains cover a name, the longest one counts.
 *
 * @param names the domain; for a network, the zones that hold the names of its addresses
 * @param upstream the name of the group of servers that gets the queries for the domain and for all names below it
 */
public record DomainRule(List<DomainName> names, String upstream) {
    private static final String KEY = "domain";
    private static final String NAME = "name";
    private static final String UPSTREAM = "upstream";
    private static final String IPV4 = "[0-9]+(\\.[0-9]+){3}";

    public DomainRule {
        names = List.copyOf(names);
    }

    /** Reads every {@code [[domain]]} of a file. */
    static List<DomainRule> allFrom(Section file, List<UpstreamGroup> groups) {
        List<DomainRule> rules = new ArrayList<>();
        Set<DomainName> taken = new HashSet<>();
        for (Section section : file.sections(KEY)) {
            List<DomainName> names = section.required(NAME, domain()).orElse(List.of());
            for (DomainName name : names) {
                if (!taken.add(name)) {
                    section.wrong(NAME, "\"" + name + "\" is a domain above (once is enough)");
                }
            }
            section.required(UPSTREAM, UpstreamGroup.oneOf(groups))
                    .ifPresent(upstream -> rules.add(new DomainRule(names, upstream)));
        }
        return rules;
    }

    private static Kind<List<DomainName>> domain() {
        return Kind.text(
                "a domain such as \"corp.example\", or for the reverse zones of a network, \"10.0.0.0/8\" or \"fd00::/8\"",
                DomainRule::parse);
    }

    private static List<DomainName> parse(String text) {
        if (text.indexOf('/') >= 0 || text.indexOf(':') >= 0 || text.matches(IPV4)) {
            Network network = Network.parse(text);
            return ReverseNames.zonesOf(network.address(), network.prefixLength());
        }
        DomainName name = DomainName.parse(text);
        if (name.isRoot()) {
            throw new IllegalArgumentException(
                    "\".\" is every name: what no other domain covers goes to the first group");
        }
        if (name.isWildcard()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" needs no asterisk, because it covers the names below: write \"" + name.parent() + "\"");
        }
        return List.of(name);
    }
}

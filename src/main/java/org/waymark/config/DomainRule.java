package org.waymark.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.waymark.dns.DomainName;
import org.waymark.dns.ReverseNames;
import org.waymark.mark.MarkMask;
import org.waymark.sets.FilledSets;

/**
 * A section {@code [[domain]]}: where the queries for a domain and for all names below it go, with which mark, and where the addresses in
 * the answers do. If several domains cover a name, the longest one counts.
 *
 * @param names the domain; for a network, the zones that hold the names of its addresses
 * @param upstream the name of the group of servers that gets the queries; empty if they go where they would go without the section
 * @param setMark how the outgoing mark is made from the client's, unless a policy says so; 0/0 leaves it as it is
 * @param fills the sets of nft that the addresses in their answers go into; one element, or none
 */
public record DomainRule(List<DomainName> names, Optional<String> upstream, MarkMask setMark, List<FilledSets> fills) {
    private static final String KEY = "domain";
    private static final String NAME = "name";
    private static final String UPSTREAM = "upstream";
    private static final String SET_MARK = "set-mark";
    private static final MarkMask AS_IT_IS = new MarkMask(0, 0);
    private static final String IPV4 = "[0-9]+(\\.[0-9]+){3}";

    public DomainRule {
        names = List.copyOf(names);
        fills = List.copyOf(fills);
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
            if (!section.has(UPSTREAM) && !section.has(SET_MARK) && !section.has(FilledSetsReader.ADD_TO)) {
                section.missing(UPSTREAM, UpstreamGroup.oneOf(groups).allowed() + "; or set-mark, or add-to");
            }
            rules.add(new DomainRule(
                    names,
                    section.find(UPSTREAM, UpstreamGroup.oneOf(groups)),
                    section.find(SET_MARK, Kind.markMask()).orElse(AS_IT_IS),
                    FilledSetsReader.read(section)));
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

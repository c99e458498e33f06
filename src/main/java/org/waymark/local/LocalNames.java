package org.waymark.local;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.waymark.dns.DomainName;
import org.waymark.dns.Header;
import org.waymark.dns.NameTable;
import org.waymark.dns.Rcode;
import org.waymark.dns.Reply;
import org.waymark.dns.ResourceRecord;
import org.waymark.dns.WireMessage;

/**
 * The names that Waymark answers itself. Records come first, from the configuration or a hosts file; then the names
 * with a special use, except in domains that are routed to servers on purpose. It is immutable and safe for use by
 * several threads.
 */
public final class LocalNames {
    /** No names at all. */
    public static final LocalNames NONE = new LocalNames(Map.of(), new NameTable<>(Map.of()));

    /** How many aliases are followed. A longer chain is a loop, or no better than one. */
    private static final int MOST_ALIASES = 8;

    private final NameTable<Node> nodes;
    private final NameTable<Node> wildcards;
    private final NameTable<SpecialZone> special;

    private LocalNames(Map<DomainName, Node> nodes, NameTable<SpecialZone> special) {
        Map<DomainName, Node> above = new HashMap<>();
        nodes.forEach((name, node) -> {
            if (name.isWildcard()) {
                above.put(name.parent(), node);
            }
        });
        this.nodes = new NameTable<>(nodes);
        this.wildcards = new NameTable<>(above);
        this.special = special;
    }

    /** Only the names of these records. */
    public static LocalNames of(LocalRecords records) {
        return new LocalNames(records.nodes(), new NameTable<>(Map.of()));
    }

    /**
     * The names of these records, and the names with a special use.
     *
     * @param routed the domains that are routed to servers on purpose: no name in them has a special use
     */
    public static LocalNames withSpecialNames(LocalRecords records, Collection<DomainName> routed) {
        return new LocalNames(records.nodes(), SpecialNames.except(routed));
    }

    /**
     * Answers a query if it asks for one of the names. Allocates nothing if it does not.
     *
     * @param query a well-formed query
     * @return the answer, or null if a server must answer the query
     */
    public Reply answer(WireMessage query) {
        if (!query.hasQuestion()
                || query.opcode() != Header.OPCODE_QUERY
                || query.questionClass() != WireMessage.CLASS_IN) {
            return null;
        }
        ByteBuffer buffer = query.buffer();
        int position = query.namePosition();
        Node node = find(buffer, position);
        if (node != null) {
            return answer(DomainName.read(buffer, position), node, query.questionType());
        }
        SpecialZone zone = findSpecial(buffer, position);
        return zone == null ? null : zone.answer(DomainName.read(buffer, position), query.questionType());
    }

    /** The records of a name, or of the closest wildcard above it; null if it has none. */
    private Node find(ByteBuffer buffer, int position) {
        Node node = nodes.find(buffer, position);
        int label = buffer.get(position);
        return node != null || label == 0 ? node : wildcards.findLongestSuffix(buffer, position + 1 + label);
    }

    private SpecialZone findSpecial(ByteBuffer buffer, int position) {
        SpecialZone zone = special.findLongestSuffix(buffer, position);
        return SpecialZone.NONE.equals(zone) ? null : zone;
    }

    /** Follows aliases as long as their targets are answered here; the client asks for the rest. */
    private Reply answer(DomainName name, Node node, int type) {
        List<Reply.Entry> answers = new ArrayList<>();
        DomainName owner = name;
        Node current = node;
        while (current != null) {
            DomainName here = owner;
            current.ofType(type).forEach(record -> answers.add(new Reply.Entry(here, record)));
            ResourceRecord alias = current.alias();
            if (alias == null || type == ResourceRecord.CNAME || type == ResourceRecord.ANY) {
                boolean nothing = answers.isEmpty()
                        || !answers.get(answers.size() - 1).owner().equals(here);
                return new Reply(Rcode.NOERROR, answers, nothing ? authority(here, current) : null);
            }
            if (answers.size() == MOST_ALIASES) {
                break;
            }
            answers.add(new Reply.Entry(here, alias));
            owner = alias.target();
            current = find(owner.wire(), 0);
        }
        return new Reply(Rcode.NOERROR, answers, null);
    }

    /** The SOA record of the name, as if it were its own zone: the zone that contains it is unknown. */
    private static Reply.Entry authority(DomainName name, Node node) {
        return new Reply.Entry(name, ResourceRecord.startOfAuthority(name, node.leastTtl()));
    }

    /**
     * Explains, for people, why a name is answered here.
     *
     * @return in a few words, or null if it is not answered here
     */
    public String explain(DomainName name) {
        if (find(name.wire(), 0) != null) {
            return "its records are known here";
        }
        SpecialZone zone = findSpecial(name.wire(), 0);
        return zone == null ? null : zone.apex() + " has a special use";
    }
}

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
 * The names that are answered here. Records come first, be they of the configuration or of a hosts file; then the names with a
 * special use, save where a domain is routed on purpose. It never changes; several threads may ask it.
 */
public final class LocalNames {
    /** No names at all. */
    public static final LocalNames NONE = new LocalNames(Map.of(), new NameTable<>(Map.of()));

    /** As many aliases are followed; more are a circle, or might as well be one. */
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

    /** Those of these records alone. */
    public static LocalNames of(LocalRecords records) {
        return new LocalNames(records.nodes(), new NameTable<>(Map.of()));
    }

    /**
     * Those of these records, and the names with a special use.
     *
     * @param routed the domains whose queries go to servers on purpose: no name in them has a special use
     */
    public static LocalNames withSpecialNames(LocalRecords records, Collection<DomainName> routed) {
        return new LocalNames(records.nodes(), SpecialNames.except(routed));
    }

    /**
     * Answers a query if it is about a name that is answered here. Allocates nothing if it is not.
     *
     * @param query a well-formed one
     * @return the answer, or null if the query is to go on
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

    /** Follows aliases for as long as what they stand for is answered here; the rest is for the client to ask for. */
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

    /** As if the name were a zone by itself: nothing is known of those around it. */
    private static Reply.Entry authority(DomainName name, Node node) {
        return new Reply.Entry(name, ResourceRecord.startOfAuthority(name, node.leastTtl()));
    }

    /**
     * Says to people who answers for a name.
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

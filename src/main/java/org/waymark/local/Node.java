package org.waymark.local;

import java.util.List;
import org.waymark.dns.ResourceRecord;

/** A name that exists, with its records, which may be none. */
record Node(List<ResourceRecord> records) {
    /** A name that is there, and nothing more. */
    static final Node BARE = new Node(List.of());

    Node {
        records = List.copyOf(records);
    }

    /** The records of a type; of the first one's type when any will do, which is all that RFC 8482 section 4.1 asks for. */
    List<ResourceRecord> ofType(int type) {
        int wanted = type == ResourceRecord.ANY && !records.isEmpty()
                ? records.get(0).type()
                : type;
        return records.stream().filter(record -> record.type() == wanted).toList();
    }

    /** The record that says that this is another name for something, or null. */
    ResourceRecord alias() {
        List<ResourceRecord> aliases = ofType(ResourceRecord.CNAME);
        return aliases.isEmpty() ? null : aliases.get(0);
    }

    /** How long it may be kept that something is not among the records, in seconds: until some of them would be asked anew. */
    int leastTtl() {
        return records.stream().mapToInt(ResourceRecord::ttl).min().orElse(0);
    }
}

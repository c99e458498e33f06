package org.waymark.local;

import java.util.List;
import org.waymark.dns.ResourceRecord;

/** The records of a name that exists; there may be none. */
record Node(List<ResourceRecord> records) {
    /** A name that exists and has no records. */
    static final Node BARE = new Node(List.of());

    Node {
        records = List.copyOf(records);
    }

    /** The records of a type. For the type ANY those of the first record's type, which RFC 8482 section 4.1 allows. */
    List<ResourceRecord> ofType(int type) {
        int wanted = type == ResourceRecord.ANY && !records.isEmpty()
                ? records.get(0).type()
                : type;
        return records.stream().filter(record -> record.type() == wanted).toList();
    }

    /** The CNAME record, or null. */
    ResourceRecord alias() {
        List<ResourceRecord> aliases = ofType(ResourceRecord.CNAME);
        return aliases.isEmpty() ? null : aliases.get(0);
    }

    /** How long a negative answer about other types may be cached, in seconds: as long as the record with the shortest TTL. */
    int leastTtl() {
        return records.stream().mapToInt(ResourceRecord::ttl).min().orElse(0);
    }
}

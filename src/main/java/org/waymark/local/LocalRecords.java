package org.waymark.local;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.waymark.dns.DomainName;
import org.waymark.dns.ResourceRecord;

/** Collects records for {@link LocalNames}. Records of hosts files count only for names and types without other records. */
public final class LocalRecords {
    private final Map<DomainName, List<ResourceRecord>> own = new HashMap<>();
    private final Map<DomainName, List<ResourceRecord>> fromHosts = new HashMap<>();

    /**
     * Adds a record.
     *
     * @param name the record's owner; if its first label is an asterisk, the record is for every name there that has no
     *     records
     */
    public void add(DomainName name, ResourceRecord record) {
        own.computeIfAbsent(name, absent -> new ArrayList<>(1)).add(record);
    }

    /**
     * Adds the records of a hosts file. A single record of the same name and type takes precedence, and so does a
     * single CNAME of the name.
     */
    public void add(Hosts hosts) {
        hosts.records().forEach((name, records) -> fromHosts
                .computeIfAbsent(name, absent -> new ArrayList<>(1))
                .addAll(records));
    }

    /** Every name with all its records. */
    Map<DomainName, Node> nodes() {
        Map<DomainName, Node> nodes = new HashMap<>();
        own.forEach((name, records) -> nodes.put(name, new Node(records)));
        fromHosts.forEach((name, records) -> nodes.merge(name, new Node(records), LocalRecords::complete));
        return nodes;
    }

    private static Node complete(Node own, Node fromHosts) {
        List<ResourceRecord> records = new ArrayList<>(own.records());
        for (ResourceRecord record : fromHosts.records()) {
            // A name with a CNAME has no other records (RFC 1034 section 3.6.2).
            if (own.alias() == null && own.ofType(record.type()).isEmpty()) {
                records.add(record);
            }
        }
        return new Node(records);
    }
}

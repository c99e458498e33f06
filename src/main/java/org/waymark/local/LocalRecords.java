package org.waymark.local;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.waymark.dns.DomainName;
import org.waymark.dns.ResourceRecord;

/** Gathers records for {@link LocalNames}: those added first, and of hosts files what they leave open. */
public final class LocalRecords {
    private final Map<DomainName, List<ResourceRecord>> own = new HashMap<>();
    private final Map<DomainName, List<ResourceRecord>> fromHosts = new HashMap<>();

    /**
     * Adds a record.
     *
     * @param name whose it is; below an asterisk, that of every name there without records of its own
     */
    public void add(DomainName name, ResourceRecord record) {
        own.computeIfAbsent(name, absent -> new ArrayList<>(1)).add(record);
    }

    /** Adds what a hosts file says, as far as the records added otherwise do not say what the name has of that type. */
    public void add(Hosts hosts) {
        hosts.records().forEach((name, records) -> fromHosts
                .computeIfAbsent(name, absent -> new ArrayList<>(1))
                .addAll(records));
    }

    /** Every name with all of its records. */
    Map<DomainName, Node> nodes() {
        Map<DomainName, Node> nodes = new HashMap<>();
        own.forEach((name, records) -> nodes.put(name, new Node(records)));
        fromHosts.forEach((name, records) -> nodes.merge(name, new Node(records), LocalRecords::complete));
        return nodes;
    }

    private static Node complete(Node own, Node fromHosts) {
        List<ResourceRecord> records = new ArrayList<>(own.records());
        for (ResourceRecord record : fromHosts.records()) {
            // A name that is an alias has nothing else (RFC 1034 section 3.6.2).
            if (own.alias() == null && own.ofType(record.type()).isEmpty()) {
                records.add(record);
            }
        }
        return new Node(records);
    }
}

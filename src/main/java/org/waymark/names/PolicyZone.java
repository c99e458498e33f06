package org.waymark.names;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.waymark.dns.DomainName;
import org.waymark.dns.ResourceRecord;
import org.waymark.dns.ZoneReader;
import org.waymark.dns.ZoneReader.BrokenRecordException;
import org.waymark.names.NameCollector.TooManyNamesException;

/**
 * Reads response policy zones (RPZ, draft-vixie-dnsop-dns-rpz): the owner of a record, without the zone's own name, is a name that is asked
 * for, and the record says what happens then.
 */
final class PolicyZone {
    /** The targets of a CNAME that stand for an action. */
    private static final Map<DomainName, Action> ACTIONS = Map.of(
            DomainName.parse("."), Action.NXDOMAIN,
            DomainName.parse("*."), Action.NODATA,
            DomainName.parse("rpz-passthru."), Action.FORWARD,
            DomainName.parse("rpz-drop."), Action.DROP,
            DomainName.parse("rpz-tcp-only."), Action.TRUNCATE);

    /** The last labels of what is not the name of a query: the addresses of clients, of servers and in answers, and names of servers. */
    private static final Set<String> OTHER_TRIGGERS = Set.of("rpz-client-ip", "rpz-ip", "rpz-nsip", "rpz-nsdname");

    /** NS, SOA, DNAME, and the records of DNSSEC: they belong to the zone itself, and say nothing about names. */
    private static final Set<Integer> OF_THE_ZONE =
            Set.of(ResourceRecord.NS, ResourceRecord.SOA, 39, 43, 46, 47, 48, 50, 51);

    private final NameCollector names;
    private final BadLines badLines;
    private final byte[] wire = new byte[255];
    private DomainName apex = DomainName.parse(".");
    private int apexLabels;
    private int line;

    PolicyZone(NameCollector names, BadLines badLines) {
        this.names = names;
        this.badLines = badLines;
    }

    /** Reads a zone to its end. */
    void read(InputStream input) throws IOException {
        ZoneReader zone = new ZoneReader(input);
        boolean hasNext = true;
        while (hasNext) {
            try {
                hasNext = zone.next();
                line = zone.line();
                if (hasNext) {
                    readRecord(zone.owner(), zone.record());
                }
            } catch (BrokenRecordException e) {
                badLines.broken(zone.line(), e.getMessage());
            }
        }
    }

    private void readRecord(DomainName owner, ResourceRecord record) throws TooManyNamesException {
        if (record.type() == ResourceRecord.SOA) {
            apex = owner;
            apexLabels = NameBytes.labels(owner.wire(), 0);
        } else if (!apex.covers(owner)) {
            badLines.broken(line, "\"" + owner + "\" is not in the zone \"" + apex + "\"");
        } else if (!owner.equals(apex) && !OF_THE_ZONE.contains(record.type())) {
            readTrigger(owner, record);
        }
    }

    private void readTrigger(DomainName owner, ResourceRecord record) throws TooManyNamesException {
        String trigger = lastLabel(owner);
        if (trigger.startsWith("rpz-")) {
            badLines.useless(
                    line,
                    OTHER_TRIGGERS.contains(trigger)
                            ? "its trigger " + trigger + " is not the name of a query"
                            : trigger + " is not a trigger");
            return;
        }
        boolean isBelow = owner.isWildcard();
        Listing listing = listing(record);
        if (listing == null) {
            badLines.useless(line, "an answer can't be made of the name that is asked for: " + record);
            return;
        }
        ByteBuffer name = owner.wire();
        int from = isBelow ? 2 : 0;
        int length = name.remaining() - apex.wire().remaining() - from;
        name.get(from, wire, 0, length);
        wire[length] = 0;
        if (!names.add(wire, length, isBelow ? Verdict.below(listing) : Verdict.itself(listing))) {
            badLines.useless(line, "a list may have only " + NameCollector.MOST_VERDICTS + " different answers");
        }
    }

    /** The label of a name that is next to the zone's own name. */
    private String lastLabel(DomainName owner) {
        DomainName name = owner;
        int labels = NameBytes.labels(owner.wire(), 0) - apexLabels;
        for (int i = 1; i < labels; i++) {
            name = name.parent();
        }
        ByteBuffer bytes = name.wire();
        byte[] label = new byte[bytes.get(0)];
        bytes.get(1, label);
        return new String(label, StandardCharsets.ISO_8859_1);
    }

    /** What a record says; null if that can't be followed. */
    private static Listing listing(ResourceRecord record) {
        if (record.type() != ResourceRecord.CNAME) {
            return new Listing(Action.ANSWER, List.of(record));
        }
        DomainName target = record.target();
        Action action = ACTIONS.get(target);
        if (action != null) {
            return new Listing(action, List.of());
        }
        return target.isWildcard() ? null : new Listing(Action.ANSWER, List.of(record));
    }
}

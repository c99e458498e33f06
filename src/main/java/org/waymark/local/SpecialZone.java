package org.waymark.local;

import java.util.List;
import org.waymark.dns.DomainName;
import org.waymark.dns.Rcode;
import org.waymark.dns.Reply;
import org.waymark.dns.ResourceRecord;

/**
 * A name with a special use, and all names below it.
 *
 * @param apex the name itself
 * @param atApex the records of the name itself; null if it does not exist
 * @param below the records of every name below it; null if these do not exist
 * @param isDelegated whether it is also a zone in the public DNS, so that the parent zone there answers for its DS
 *     record
 */
record SpecialZone(DomainName apex, Node atApex, Node below, boolean isDelegated) {
    /** Marks names that are not answered here, although a shorter name is special. */
    static final SpecialZone NONE = new SpecialZone(DomainName.parse("."), null, null, false);

    /** The TTL of its answers, in seconds, as in RFC 6303 section 3. */
    private static final int TTL = 10_800;

    /** Neither the name nor any name below it exists. */
    static SpecialZone denied(DomainName apex) {
        return new SpecialZone(apex, null, null, false);
    }

    /** The name is a zone with no names below it (RFC 6303 section 3). */
    static SpecialZone empty(DomainName apex) {
        return new SpecialZone(apex, apexOf(apex), null, true);
    }

    /** The name is a zone in which every name exists and has no records. */
    static SpecialZone bare(DomainName apex) {
        return new SpecialZone(apex, apexOf(apex), Node.BARE, true);
    }

    /** The name has these records, and no names exist below it. */
    static SpecialZone single(DomainName apex, ResourceRecord... records) {
        return new SpecialZone(apex, new Node(List.of(records)), null, false);
    }

    /** The name and all names below it have these records. */
    static SpecialZone uniform(DomainName apex, ResourceRecord... records) {
        Node node = new Node(List.of(records));
        return new SpecialZone(apex, node, node, false);
    }

    private static Node apexOf(DomainName zone) {
        return new Node(
                List.of(ResourceRecord.startOfAuthority(zone, TTL), ResourceRecord.name(ResourceRecord.NS, zone, TTL)));
    }

    /**
     * Answers a question about a name in the zone.
     *
     * @return the answer; null if the public DNS must answer
     */
    Reply answer(DomainName name, int type) {
        boolean isApex = name.equals(apex);
        if (isApex && isDelegated && type == ResourceRecord.DS) {
            // The DS record belongs to the parent zone (RFC 4035 section 3.1.4.1), whose answer shows validators that
            // this zone is not signed.
            return null;
        }
        Node node = isApex ? atApex : below;
        if (node == null) {
            return new Reply(Rcode.NXDOMAIN, List.of(), authority());
        }
        List<Reply.Entry> answers = node.ofType(type).stream()
                .map(record -> new Reply.Entry(name, record))
                .toList();
        return new Reply(Rcode.NOERROR, answers, answers.isEmpty() ? authority() : null);
    }

    private Reply.Entry authority() {
        return new Reply.Entry(apex, ResourceRecord.startOfAuthority(apex, TTL));
    }
}

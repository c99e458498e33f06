package org.waymark.dns;

import java.util.List;

/**
 * The content of an answer that Waymark gives itself, without asking a server.
 *
 * @param rcode {@link Rcode#NOERROR}, or {@link Rcode#NXDOMAIN} if there is no such name
 * @param answers the records of the answer section, in their order; empty if the name has none of the type
 * @param authority the SOA record of a negative answer, which lets the client cache it (RFC 2308); null for none
 */
public record Reply(Rcode rcode, List<Entry> answers, Entry authority) {
    /**
     * A record with its owner name.
     *
     * @param owner the owner name
     * @param record its type, TTL and data
     */
    public record Entry(DomainName owner, ResourceRecord record) {}

    public Reply {
        answers = List.copyOf(answers);
    }
}

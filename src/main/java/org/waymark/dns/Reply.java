package org.waymark.dns;

import java.util.List;

/**
 * What Waymark answers of its own knowledge.
 *
 * @param rcode {@link Rcode#NOERROR}, or {@link Rcode#NXDOMAIN} if there is no such name
 * @param answers the records of the answer section, in their order; none if there is nothing of the type
 * @param authority the SOA record by which an answer that there is nothing can be kept (RFC 2308), or null for none
 */
public record Reply(Rcode rcode, List<Entry> answers, Entry authority) {
    /**
     * A record with the name that it is of.
     *
     * @param owner the name
     * @param record what is said of it
     */
    public record Entry(DomainName owner, ResourceRecord record) {}

    public Reply {
        answers = List.copyOf(answers);
    }
}

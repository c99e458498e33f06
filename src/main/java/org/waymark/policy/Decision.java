package org.waymark.policy;

import java.util.List;
import org.waymark.dns.DomainName;
import org.waymark.dns.ResourceRecord;
import org.waymark.names.Action;
import org.waymark.sets.FilledSets;

/**
 * What happens to a query, decided once, by the mark of its connection and the name in its question.
 *
 * @param rule the rule that applies
 * @param action what happens to the query
 * @param records the records that it is answered with, for {@link Action#ANSWER}, of whatever types there are
 * @param clientMark the bits of the client's mark that are carried over, before anything changes them
 * @param mark the mark of every packet that is sent upstream for the query
 * @param group the group of servers that gets it, counted from 0
 * @param domain the domain that selected the group; null if the rule did, or if it is the default group
 * @param fills the sets that the addresses in its answer go into before the client gets it
 */
public record Decision(
        Rule rule,
        Action action,
        List<ResourceRecord> records,
        int clientMark,
        int mark,
        int group,
        DomainName domain,
        List<FilledSets> fills) {
    /** Whether the query goes on: to own records, the cache and the servers. */
    public boolean forwards() {
        return action == Action.FORWARD;
    }
}

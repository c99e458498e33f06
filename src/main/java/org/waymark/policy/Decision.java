package org.waymark.policy;

import org.waymark.dns.DomainName;

/**
 * What happens to a query, decided once, by the mark of its connection and the name in its question.
 *
 * @param rule the rule that applies; it says whether the query is refused
 * @param mark the mark of every packet that is sent upstream for the query
 * @param group the group of servers that gets it, counted from 0
 * @param domain the domain that selected the group; null if the rule did, or if it is the default group
 */
public record Decision(Rule rule, int mark, int group, DomainName domain) {}

package org.waymark.policy;

import org.waymark.dns.DomainName;

/**
 * What happens to a query, decided once, from the mark of its connection and the name that it asks for.
 *
 * @param <G> a group of servers
 * @param rule the rule that counts; it says whether the query is refused
 * @param mark the mark of every packet that is sent for the query
 * @param group the group of servers that it goes to
 * @param domain the domain that has led to the group; null if the rule has, or neither
 */
public record Decision<G>(Rule rule, int mark, G group, DomainName domain) {}

package org.waymark.forward;

import org.waymark.dns.SipHash;
import org.waymark.limit.RateLimit;
import org.waymark.limit.SharedLimit;

/**
 * The limits of the process on what it works on at a time, and on how often some may ask.
 *
 * @param queries queries of clients that wait for an answer
 * @param queriesOfClient the same for one client
 * @param queriesForQuestion queries to servers for one and the same question at a time
 * @param transfers zone transfers over TCP at a time
 * @param transfersOfClient the same for one client
 * @param perSecond queries of a mark, or of a client without one, for policies that limit them
 * @param hash by which clients and questions are told apart, the same in all workers
 */
public record QueryLimits(
        SharedLimit queries,
        SharedLimit queriesOfClient,
        SharedLimit queriesForQuestion,
        SharedLimit transfers,
        SharedLimit transfersOfClient,
        RateLimit perSecond,
        SipHash hash) {
    /** How many queries may wait for an answer. */
    int queriesInFlight() {
        return queries.max();
    }
}

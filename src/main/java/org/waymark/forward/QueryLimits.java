package org.waymark.forward;

import org.waymark.dns.SipHash;
import org.waymark.limit.SharedLimit;

/**
 * The limits of the process on what it works on at a time.
 *
 * @param queries queries of clients that wait for an answer
 * @param queriesOfClient the same for one client
 * @param queriesForQuestion queries to servers for one and the same question at a time
 * @param transfers zone transfers over TCP at a time
 * @param transfersOfClient the same for one client
 * @param hash by which clients and questions are told apart, the same in all workers
 */
public record QueryLimits(
        SharedLimit queries,
        SharedLimit queriesOfClient,
        SharedLimit queriesForQuestion,
        SharedLimit transfers,
        SharedLimit transfersOfClient,
        SipHash hash) {
    /** How many queries may wait for an answer. */
    int queriesInFlight() {
        return queries.max();
    }
}

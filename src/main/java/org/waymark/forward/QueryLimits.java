package org.waymark.forward;

import java.time.Duration;

/**
 * The limits of one worker on what it works on at a time.
 *
 * @param queriesInFlight queries of clients that wait for an answer
 * @param queriesPerClient the same for one client
 * @param queriesPerQuestion queries to servers for one and the same question at a time
 * @param zoneTransfers zone transfers over TCP at a time
 * @param zoneTransfersPerClient the same for one client
 * @param longestTry the longest that a try may take
 */
public record QueryLimits(
        int queriesInFlight,
        int queriesPerClient,
        int queriesPerQuestion,
        int zoneTransfers,
        int zoneTransfersPerClient,
        Duration longestTry) {}

package org.waymark.server;

import org.waymark.config.Configuration;
import org.waymark.listener.ConnectionLimits;
import org.waymark.upstream.PortLedgers;

/**
 * What all workers share.
 *
 * @param configuration the settings
 * @param workers how many workers there are
 * @param ports the source ports of the process
 * @param connections the connections of clients
 */
record SharedByWorkers(Configuration configuration, int workers, PortLedgers ports, ConnectionLimits connections) {
    /** A worker's part of a limit that the configuration gives for the whole process: workers count for themselves. */
    int share(int total) {
        return Math.max(1, total / workers);
    }
}

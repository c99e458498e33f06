package org.waymark.report;

import java.util.List;

/**
 * How this process carries marks, which decides about the cause when some are lost.
 *
 * @param ownTable whether Waymark's own table gives marks to connections to servers
 * @param zones the conntrack zones of clients' connections
 * @param upstreamZones the conntrack zones of connections to servers
 */
public record MarkSetup(boolean ownTable, List<Integer> zones, List<Integer> upstreamZones) {
    public MarkSetup {
        zones = List.copyOf(zones);
        upstreamZones = List.copyOf(upstreamZones);
    }
}

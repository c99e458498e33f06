package org.waymark.report;

import org.waymark.conntrack.ConnectionDump;
import org.waymark.linux.LinuxException;
import org.waymark.watch.Look;

/** Finds out in which zone conntrack has a connection that a look-up has not found. */
interface Tracking {
    /** Conntrack has no such connection in any zone. */
    int NOWHERE = -1;

    /** Conntrack has no connection at all of this IP version. */
    int NOTHING = -2;

    /** Whoever looks lists everything that conntrack knows, which takes its time and is not for a worker's thread. */
    Tracking KERNEL = Tracking::findInDump;

    /**
     * @param look without an entry; at a connection to a server, or a query
     * @return the zone of the packets that Waymark sends on the connection; {@link #NOTHING} or {@link #NOWHERE} if there is no such
     *     connection, also if conntrack does not tell
     */
    int zoneOf(Look look);

    private static int findInDump(Look look) {
        boolean isOurs = look.subject() == Look.Subject.SERVER;
        int[] found = {NOTHING};
        try {
            ConnectionDump.show(each -> {
                if (found[0] == NOTHING && each.source().isIpv4() == look.peer().isIpv4()) {
                    found[0] = NOWHERE;
                }
                if (each.protocol() != look.protocol()) {
                    return;
                }
                // A client's destination may have been changed by NAT.
                if (isOurs
                        && each.source().equals(look.local())
                        && each.destination().equals(look.peer())) {
                    found[0] = each.zone();
                } else if (!isOurs && each.source().equals(look.peer())) {
                    found[0] = each.replyZone();
                }
            });
        } catch (LinuxException e) {
            return NOWHERE;
        }
        return found[0];
    }
}

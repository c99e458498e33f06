package org.waymark.marks;

import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;

/**
 * Finds out whether conntrack knows none of the connections over one transport, of one client or of all, because rules keep them from it. It
 * may also miss some: while somebody flushes conntrack again and again, it misses up to two of five. So one query in each tick is looked at, and as
 * soon as conntrack knows the connection of one, the suspicion ends. Queries of the same tick may have met the same flush.
 */
final class Suspicion {
    /** If two of five are missed by chance, one suspicion in 3,800 is confirmed wrongly. */
    private static final int ENOUGH = 10;

    private static final int LONGEST_TICKS = 40;
    private static final int REST_TICKS = 4;

    private final boolean isOfOneClient;
    private final Endpoint client = new Endpoint();
    private TransportProtocol overProtocol;
    private int unknown;
    private boolean hasLooked;
    private int ticks = REST_TICKS;

    /**
     * @param isOfOneClient whether it is about the address of the first client without an entry, and not about all clients
     */
    Suspicion(boolean isOfOneClient) {
        this.isOfOneClient = isOfOneClient;
    }

    void tick() {
        ticks++;
        hasLooked = false;
        if (unknown > 0 && ticks > LONGEST_TICKS) {
            end();
        }
    }

    private void end() {
        unknown = 0;
        ticks = 0;
    }

    /**
     * Conntrack has told a mark, or that there is none.
     *
     * @return whether the suspicion has just been confirmed
     */
    boolean told(TransportProtocol protocol, Endpoint peer, long mark) {
        boolean isUnknown = mark == ConnectionMark.NO_ENTRY;
        if (unknown == 0) {
            if (isUnknown && ticks >= REST_TICKS) {
                begin(protocol, peer);
            }
            return false;
        }
        if (hasLooked || protocol != overProtocol || isOfOneClient && !client.isSameHost(peer)) {
            return false;
        }
        hasLooked = true;
        unknown++;
        if (isUnknown && unknown < ENOUGH) {
            return false;
        }
        end();
        return isUnknown;
    }

    private void begin(TransportProtocol protocol, Endpoint peer) {
        overProtocol = protocol;
        client.set(peer);
        hasLooked = true;
        unknown = 1;
        ticks = 0;
    }
}

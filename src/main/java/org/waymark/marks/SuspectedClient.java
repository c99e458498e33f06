package org.waymark.marks;

import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;

/**
 * Finds out whether conntrack does not know any connections of a client, because rules keep them from it, or only misses some: while
 * somebody flushes conntrack, it may miss a quarter of all. One client at a time is suspected, until it is cleared, or found out, or asks
 * nothing more.
 */
final class SuspectedClient {
    /** With every other look missing its entry by chance, which is far more than ever seen, one client in 256 is found out wrongly. */
    private static final int ENOUGH = 8;

    private static final int LONGEST_TICKS = 40;
    private static final int REST_TICKS = 4;

    private final Endpoint client = new Endpoint();
    private int unknown;
    private int ticks = REST_TICKS;

    void tick() {
        ticks++;
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
     * @return whether the client has just been found out
     */
    boolean told(Endpoint peer, long mark) {
        boolean isUnknown = mark == ConnectionMark.NO_ENTRY;
        if (unknown == 0) {
            if (isUnknown && ticks >= REST_TICKS) {
                client.set(peer);
                ticks = 0;
                unknown = 1;
            }
            return false;
        }
        if (!client.isSameHost(peer)) {
            return false;
        }
        unknown++;
        if (isUnknown && unknown < ENOUGH) {
            return false;
        }
        end();
        return isUnknown;
    }
}

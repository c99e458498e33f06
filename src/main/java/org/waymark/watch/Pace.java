package org.waymark.watch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;

/**
 * Says when it is time to look at another connection. Whoever has one calls {@link #tick} regularly, so that asking for every query costs
 * no look at the clock. Rules may lose only the marks of some connections: the IP version and transport that were looked at last, and
 * connections that can hardly show a lost mark, must wait a little longer, so that all have their turn. For one thread.
 */
public final class Pace {
    /** The time between two ticks. */
    public static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final int TICKS_FOR_OTHERS = 2;
    private static final int NO_KIND = -1;

    private final int rest;
    private int ticks;
    private int latest = NO_KIND;

    /**
     * @param rest the shortest time from one look to the next; the first look is due at once
     */
    public Pace(Duration rest) {
        this.rest = (int) (rest.toNanos() / TICK_NANOS);
        this.ticks = this.rest;
    }

    /** So much more time has passed. */
    public void tick() {
        ticks++;
    }

    /**
     * @param protocol the connection's protocol
     * @param peer its peer
     * @param isTelling whether a lost mark would be seen on it: a mark that is 0 anyway mostly tells nothing
     * @return whether it is time to look at this connection; {@link #looked} must follow if that is done
     */
    public boolean isDue(TransportProtocol protocol, Endpoint peer, boolean isTelling) {
        // First of all, and mostly the only thing that is asked.
        if (ticks < rest) {
            return false;
        }
        int sameAgain = kind(protocol, peer) == latest ? TICKS_FOR_OTHERS : 0;
        return ticks >= rest + sameAgain + (isTelling ? 0 : TICKS_FOR_OTHERS);
    }

    /**
     * @param protocol the protocol of the connection that was looked at
     * @param peer its peer
     */
    public void looked(TransportProtocol protocol, Endpoint peer) {
        ticks = 0;
        latest = kind(protocol, peer);
    }

    private static int kind(TransportProtocol protocol, Endpoint peer) {
        return 2 * protocol.ordinal() + (peer.isIpv4() ? 1 : 0);
    }
}

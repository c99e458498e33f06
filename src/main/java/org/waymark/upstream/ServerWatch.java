package org.waymark.upstream;

import java.time.Duration;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.watch.Looks;
import org.waymark.watch.Pace;

/**
 * Looks at one connection to a server a second, right after a packet has left, to see whether conntrack has the mark that the packet had.
 * Later it could have been flushed, deleted, or begun again by the server, which shows nothing.
 */
final class ServerWatch {
    private static final Duration REST = Duration.ofSeconds(1);

    private final NetworkStack network;
    private final Looks looks;
    private final Pace pace = new Pace(REST);

    ServerWatch(NetworkStack network, Looks looks) {
        this.network = network;
        this.looks = looks;
    }

    void tick() {
        pace.tick();
    }

    /**
     * The first packet of a connection has left, or the first two. Rules that keep what is sent from conntrack may leave answers to it, so that
     * later there may be an entry all the same, begun by the server.
     */
    void begun(SourcePort port, int mark) {
        if (isDue(port, mark)) {
            look(port, mark, markOf(port));
        }
    }

    /**
     * More was sent on a TCP connection. If conntrack has forgotten it meanwhile, net.netfilter.nf_conntrack_tcp_loose decides whether it is
     * tracked again, so that a missing entry shows nothing.
     */
    void sentMore(SourcePort port, int mark) {
        if (isDue(port, mark)) {
            long found = markOf(port);
            look(port, mark, found == ConnectionMark.NO_ENTRY ? ConnectionMark.UNAVAILABLE : found);
        }
    }

    private boolean isDue(SourcePort port, int mark) {
        return pace.isDue(port.protocol(), port.server(), mark != 0);
    }

    private long markOf(SourcePort port) {
        pace.looked(port.protocol(), port.server());
        return network.markOfSent(port.connection());
    }

    private void look(SourcePort port, int mark, long found) {
        Endpoint source = port.connection().source();
        looks.sent(port.protocol(), source, port.server(), mark, found);
    }
}

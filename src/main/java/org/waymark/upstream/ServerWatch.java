package org.waymark.upstream;

import java.time.Duration;
import org.waymark.watch.Looks;
import org.waymark.watch.Pace;

/**
 * Looks at one connection to a server a second, right after its first packet has left, to see whether conntrack has the mark that the packet
 * had. Later it could have been flushed, deleted, or begun again by the server, which shows nothing.
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

    /** The first packet of a connection has left, with this mark. */
    void begun(SourcePort port, int mark) {
        NetworkStack.Connection connection = port.connection();
        if (pace.isDue(connection.protocol(), connection.server(), mark != 0)) {
            pace.looked(connection.protocol(), connection.server());
            looks.begun(
                    connection.protocol(),
                    connection.source(),
                    connection.server(),
                    mark,
                    network.markOfBegun(connection));
        }
    }
}

package org.waymark.forward;

import java.time.Duration;
import java.util.List;
import org.waymark.upstream.Destination;

/**
 * Servers that stand in for each other.
 *
 * @param servers in the order in which they are asked, one at least
 * @param timeout how long each try may take
 * @param attempts tries in all, over the servers in order and then from the first again
 */
public record Group(List<Destination> servers, Duration timeout, int attempts) {
    Destination server(int attempt) {
        return servers.get(attempt % servers.size());
    }
}

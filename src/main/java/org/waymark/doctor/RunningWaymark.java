package org.waymark.doctor;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.waymark.linux.Endpoint;
import org.waymark.linux.PortHolder;
import org.waymark.linux.ProcessStatus;

/**
 * The Waymark that has the configured ports at the moment.
 *
 * @param pid its process id
 * @param status its user and capabilities
 */
record RunningWaymark(long pid, ProcessStatus status) {
    /** The name that {@link PortHolder} has for Waymark. */
    private static final String NAME = "waymark";

    static Optional<RunningWaymark> at(List<InetSocketAddress> addresses) {
        return addresses.stream()
                .flatMap(address -> PortHolder.of(Endpoint.of(address)).stream())
                .filter(holder -> holder.program().equals(NAME))
                .findFirst()
                .flatMap(holder ->
                        ProcessStatus.of(holder.pid()).map(status -> new RunningWaymark(holder.pid(), status)));
    }
}

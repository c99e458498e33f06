package org.waymark.server;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.waymark.config.Configuration;
import org.waymark.config.Server;
import org.waymark.listener.ConnectionLimits;
import org.waymark.upstream.PortLedgers;
import org.waymark.upstream.ServerState;

/** What all workers share. */
final class SharedByWorkers {
    private final Configuration configuration;
    private final int workers;
    private final PortLedgers ports;
    private final ConnectionLimits connections;
    private final Map<Server, ServerState> states = new ConcurrentHashMap<>();

    /**
     * @param configuration the settings
     * @param workers how many workers there are
     * @param ports the source ports of the process
     */
    SharedByWorkers(Configuration configuration, int workers, PortLedgers ports) {
        this.configuration = configuration;
        this.workers = workers;
        this.ports = ports;
        this.connections = new ConnectionLimits(
                configuration.limits().tcpConnections(), configuration.limits().tcpConnectionsPerClient());
    }

    Configuration configuration() {
        return configuration;
    }

    int workers() {
        return workers;
    }

    PortLedgers ports() {
        return ports;
    }

    ConnectionLimits connections() {
        return connections;
    }

    /** How a server does in the whole process; groups that name the same server share it. */
    ServerState stateOf(Server server) {
        return states.computeIfAbsent(
                server,
                key -> new ServerState(
                        new org.waymark.upstream.Server(key.address(), key.protocol() == Server.Protocol.TCP)));
    }

    Collection<ServerState> states() {
        return List.copyOf(states.values());
    }

    /** A worker's part of a limit that the configuration gives for the whole process: workers count for themselves. */
    int share(int total) {
        return Math.max(1, total / workers);
    }
}

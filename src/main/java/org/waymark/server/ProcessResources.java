package org.waymark.server;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.waymark.config.Configuration;
import org.waymark.config.Limits;
import org.waymark.config.ServerAddress;
import org.waymark.config.UpstreamGroup;
import org.waymark.forward.QueryLimits;
import org.waymark.forward.SipHash;
import org.waymark.limit.SharedLimit;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.listener.ConnectionLimits;
import org.waymark.listener.TcpLimits;
import org.waymark.listener.UnsentAnswers;
import org.waymark.ports.PortLedgers;
import org.waymark.ports.PortRules;
import org.waymark.upstream.FormerConnections;
import org.waymark.upstream.ServerState;
import org.waymark.upstream.TlsClient;
import org.waymark.upstream.UpstreamServer;

/** The resources that all workers share. */
final class ProcessResources {
    private final Configuration configuration;
    private final int workers;
    private final PortLedgers ports;
    private final QueryLimits queryLimits;
    private final SharedLimit upstreamSockets;
    private final ConnectionLimits connections;
    private final TcpLimits tcpLimits;
    private final ForwardingLoops forwardingLoops;
    private final ServerLists servers;
    private final OwnTable ownTable;
    private final LocalSources local;
    private final AllowedClients clients;
    private final Map<TrustedServer, ServerState> states = new ConcurrentHashMap<>();

    /** A server, and the authorities that may certify it; they matter only over TLS. */
    private record TrustedServer(ServerAddress server, List<X509Certificate> authorities) {
        static TrustedServer of(ServerAddress server, UpstreamGroup group) {
            boolean isTls = server.protocol() == ServerAddress.Protocol.TLS;
            return new TrustedServer(server, isTls ? group.authorities() : List.of());
        }

        UpstreamServer toUpstream() {
            InetSocketAddress address = server.address();
            return switch (server.protocol()) {
                case UDP -> new UpstreamServer(address, false);
                case TCP -> new UpstreamServer(address, true);
                case TLS ->
                    UpstreamServer.overTls(address, new TlsClient(server.tlsName(), address.getPort(), authorities));
            };
        }
    }

    /**
     * @param configuration the settings
     * @param workers how many workers there are
     */
    ProcessResources(Configuration configuration, int workers) {
        this.configuration = configuration;
        this.workers = workers;
        this.ports = new PortLedgers(System::nanoTime, portRules());
        this.forwardingLoops = new ForwardingLoops(ports);
        this.servers = new ServerLists(configuration);
        this.ownTable = OwnTable.add(configuration, servers.current());
        this.local = new LocalSources(configuration);
        this.clients = new AllowedClients(configuration.listen());
        Limits limits = configuration.limits();
        this.queryLimits = queryLimits(limits, longestTry(configuration), workers);
        this.upstreamSockets = SharedLimit.ofAll(limits.upstreamSockets(), workers);
        this.connections = new ConnectionLimits(limits.tcpConnections(), limits.tcpConnectionsPerClient());
        this.tcpLimits = new TcpLimits(
                limits.tcpIdle(),
                limits.tcpQueriesPerConnection(),
                limits.tcpUnsentPerConnection(),
                new UnsentAnswers.Total(limits.tcpUnsent()));
    }

    private static QueryLimits queryLimits(Limits limits, Duration longestTry, int workers) {
        return new QueryLimits(
                SharedLimit.ofAll(limits.queriesInFlight(), workers),
                SharedLimit.ofEach(limits.queriesInFlightPerClient(), workers),
                SharedLimit.ofEach(limits.queriesPerQuestion(), workers),
                SharedLimit.ofAll(limits.zoneTransfers(), workers),
                SharedLimit.ofEach(limits.zoneTransfersPerClient(), workers),
                SipHash.drawnFrom(new SecureRandom()),
                longestTry);
    }

    private static Duration longestTry(Configuration configuration) {
        return configuration.upstreams().stream()
                .map(UpstreamGroup::timeout)
                .max(Duration::compareTo)
                .orElseThrow();
    }

    Configuration configuration() {
        return configuration;
    }

    /** Waymark's own table, which handles marks in the kernel. */
    OwnTable ownTable() {
        return ownTable;
    }

    int workers() {
        return workers;
    }

    private PortRules portRules() {
        return PortRules.ofThisHost(configuration.listen().addresses().stream().mapToInt(InetSocketAddress::getPort));
    }

    /** Reads again what the host says about source ports. */
    void refreshPorts() {
        ports.refresh(portRules());
    }

    /** Returns how many it has removed; see {@link FormerConnections}. */
    int forgetFormerConnections() throws LinuxException {
        Set<Endpoint> addresses = servers.current().stream()
                .flatMap(List::stream)
                .map(server -> Endpoint.of(server.address()))
                .collect(Collectors.toSet());
        return FormerConnections.remove(
                addresses,
                configuration.marking().upstreamZones().stream()
                        .mapToInt(zone -> zone)
                        .toArray());
    }

    PortLedgers ports() {
        return ports;
    }

    QueryLimits queryLimits() {
        return queryLimits;
    }

    /** The limit on sockets and connections to servers. */
    SharedLimit upstreamSockets() {
        return upstreamSockets;
    }

    ConnectionLimits connections() {
        return connections;
    }

    TcpLimits tcpLimits() {
        return tcpLimits;
    }

    /** Recognises queries that have come back. */
    ForwardingLoops forwardingLoops() {
        return forwardingLoops;
    }

    /** The servers of each group. */
    ServerLists servers() {
        return servers;
    }

    /** The sources of the names that are answered here. */
    LocalSources local() {
        return local;
    }

    /** The clients that may ask. */
    AllowedClients clients() {
        return clients;
    }

    /** The state of a server in the whole process. Groups with the same server and the same authorities share it. */
    ServerState stateOf(ServerAddress server, UpstreamGroup group) {
        return states.computeIfAbsent(
                TrustedServer.of(server, group), trusted -> new ServerState(trusted.toUpstream()));
    }

    /**
     * Forgets the state of servers that no group has any more.
     *
     * @param servers the servers of each group, in the order of the groups
     */
    void forgetAllServersBut(List<List<ServerAddress>> servers) {
        Set<TrustedServer> listed = new HashSet<>();
        for (int i = 0; i < servers.size(); i++) {
            UpstreamGroup group = configuration.upstreams().get(i);
            servers.get(i).forEach(server -> listed.add(TrustedServer.of(server, group)));
        }
        states.keySet().retainAll(listed);
    }

    Collection<ServerState> states() {
        return List.copyOf(states.values());
    }

    /** A worker's share of a limit on sockets, which each worker counts for itself; at least one. */
    int share(int total) {
        return Math.max(1, total / workers);
    }
}

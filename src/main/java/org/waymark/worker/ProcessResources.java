package org.waymark.worker;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import org.waymark.config.Configuration;
import org.waymark.config.Limits;
import org.waymark.config.Marking;
import org.waymark.feed.Feed;
import org.waymark.forward.QueryLimits;
import org.waymark.forward.SipHash;
import org.waymark.limit.SharedLimit;
import org.waymark.linux.LinuxException;
import org.waymark.listener.ConnectionLimits;
import org.waymark.listener.TcpLimits;
import org.waymark.listener.UnsentAnswers;
import org.waymark.marks.MarkSource;
import org.waymark.metrics.Counters;
import org.waymark.ports.PortLedgers;
import org.waymark.ports.PortRules;
import org.waymark.settings.Settings;
import org.waymark.upstream.SocketLimits;
import org.waymark.watch.Looks;

/** What all workers share. What can't change while Waymark runs comes from the configuration, everything else from the settings. */
final class ProcessResources {
    private final Configuration configuration;
    private volatile Limits current;
    private final int workers;
    private final long unknownMark;
    private final PortLedgers ports;
    private final ServerStates servers = new ServerStates();
    private final Feed feed = new Feed();
    private final ForwardingLoops forwardingLoops;
    private final QueryLimits queryLimits;
    private final SharedLimit upstreamSockets;
    private final ConnectionLimits connections;
    private final UnsentAnswers.Total unsentAnswers;

    /**
     * @param workers how many workers there are
     * @param unknownMark as {@link MarkSource#conntrack} expects it
     */
    ProcessResources(Configuration configuration, Limits limits, int workers, long unknownMark) {
        this.configuration = configuration;
        this.current = limits;
        this.workers = workers;
        this.unknownMark = unknownMark;
        this.ports = new PortLedgers(System::nanoTime, portRules());
        this.forwardingLoops = new ForwardingLoops(ports);
        this.queryLimits = queryLimits(limits, workers);
        this.upstreamSockets = SharedLimit.ofAll(limits.upstreamSockets(), workers);
        this.connections = new ConnectionLimits(limits.tcpConnections(), limits.tcpConnectionsPerClient());
        this.unsentAnswers = new UnsentAnswers.Total(limits.tcpUnsent());
    }

    private static QueryLimits queryLimits(Limits limits, int workers) {
        return new QueryLimits(
                SharedLimit.ofAll(limits.queriesInFlight(), workers),
                SharedLimit.ofEach(limits.queriesInFlightPerClient(), workers),
                SharedLimit.ofEach(limits.queriesPerQuestion(), workers),
                SharedLimit.ofAll(limits.zoneTransfers(), workers),
                SharedLimit.ofEach(limits.zoneTransfersPerClient(), workers),
                SipHash.drawnFrom(new SecureRandom()));
    }

    /** Takes over other settings, before the workers do. */
    void adopt(Settings settings) {
        Limits limits = settings.limits();
        current = limits;
        queryLimits.queries().max(limits.queriesInFlight());
        queryLimits.queriesOfClient().max(limits.queriesInFlightPerClient());
        queryLimits.queriesForQuestion().max(limits.queriesPerQuestion());
        queryLimits.transfers().max(limits.zoneTransfers());
        queryLimits.transfersOfClient().max(limits.zoneTransfersPerClient());
        upstreamSockets.max(limits.upstreamSockets());
        connections.change(limits.tcpConnections(), limits.tcpConnectionsPerClient());
        unsentAnswers.change(limits.tcpUnsent());
        servers.keepOnly(settings.groups());
    }

    private PortRules portRules() {
        return PortRules.ofThisHost(configuration.listen().addresses().stream().mapToInt(InetSocketAddress::getPort));
    }

    /** How much of what has a limit there is, except queries in flight, which the workers know. */
    List<Usage> usage() {
        Limits limits = current;
        return List.of(
                new Usage("zone-transfers", queryLimits.transfers().taken(), limits.zoneTransfers()),
                new Usage("tcp-connections", connections.count(), limits.tcpConnections()),
                new Usage("tcp-unsent", unsentAnswers.bytes(), limits.tcpUnsent()),
                new Usage("upstream-sockets", upstreamSockets.taken(), limits.upstreamSockets()));
    }

    int queriesInFlightLimit() {
        return current.queriesInFlight();
    }

    /** Reads again what the host says about source ports. */
    void refreshPorts() {
        ports.refresh(portRules());
    }

    /** Whether answers carry their client's mark. */
    boolean answersAreMarked() {
        return configuration.marking().answers();
    }

    /** What a worker has seen of the marks of connections. */
    Looks looks(Counters counters) {
        return new Looks(
                counters, configuration.outgoingBits(), configuration.marking().mask());
    }

    /** A worker's source of marks. */
    MarkSource markSource(Looks looks) throws LinuxException {
        Marking marking = configuration.marking();
        int[] zones = array(marking.zones());
        return switch (marking.source()) {
            case CONNTRACK -> MarkSource.conntrack(zones, unknownMark, looks);
            case PACKET -> MarkSource.packets(zones, looks);
        };
    }

    /** The conntrack zones of the connections to servers. */
    int[] upstreamZones() {
        return array(configuration.marking().upstreamZones());
    }

    private static int[] array(List<Integer> zones) {
        return zones.stream().mapToInt(zone -> zone).toArray();
    }

    PortLedgers ports() {
        return ports;
    }

    ServerStates servers() {
        return servers;
    }

    /** Passes on how queries end. */
    Feed feed() {
        return feed;
    }

    /** Recognises queries that have come back. */
    ForwardingLoops forwardingLoops() {
        return forwardingLoops;
    }

    QueryLimits queryLimits() {
        return queryLimits;
    }

    ConnectionLimits connections() {
        return connections;
    }

    TcpLimits tcpLimits(Limits limits) {
        return new TcpLimits(
                limits.tcpIdle(), limits.tcpQueriesPerConnection(), limits.tcpUnsentPerConnection(), unsentAnswers);
    }

    /** Most of a worker's limits on sockets count for the whole process; its share of the others is one at least. */
    SocketLimits socketLimits(Limits limits) {
        return new SocketLimits(
                upstreamSockets,
                share(limits.upstreamSockets()),
                share(limits.upstreamSocketsPerMark()),
                limits.upstreamSocketLife(),
                limits.upstreamIdle());
    }

    private int share(int total) {
        return Math.max(1, total / workers);
    }
}

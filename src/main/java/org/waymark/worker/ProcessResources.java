package org.waymark.worker;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.waymark.cache.AnswerCache;
import org.waymark.cache.CacheRules;
import org.waymark.cache.Claims;
import org.waymark.cache.Views;
import org.waymark.config.Cache;
import org.waymark.config.Limits;
import org.waymark.dns.DomainName;
import org.waymark.dns.SipHash;
import org.waymark.feed.Feed;
import org.waymark.forward.QueryLimits;
import org.waymark.limit.RateLimit;
import org.waymark.limit.SharedLimit;
import org.waymark.listener.ConnectionLimits;
import org.waymark.listener.TcpLimits;
import org.waymark.listener.UnsentAnswers;
import org.waymark.ports.PortLedgers;
import org.waymark.ports.PortRules;
import org.waymark.settings.Settings;
import org.waymark.upstream.SocketLimits;

/** What all workers share. */
final class ProcessResources {
    private final int workers;
    private final PortLedgers ports;
    private final ServerStates servers = new ServerStates();
    private final Feed feed = new Feed();
    private final ForwardingLoops forwardingLoops;
    private final QueryLimits queryLimits;
    private final SharedLimit upstreamSockets;
    private final ConnectionLimits connections;
    private final UnsentAnswers.Total unsentAnswers;
    private final Views views = new Views();
    private final Claims claims = new Claims();
    private final OpenedSets sets = new OpenedSets();
    private volatile AnswerCache cache;

    /** Those that workers may still use. */
    private final List<AnswerCache> formerCaches = new ArrayList<>();

    /** The names that the cache has no answers of. */
    private List<DomainName> neverKept;

    private volatile Settings settings;

    /**
     * @param workers how many workers there are
     */
    ProcessResources(Settings settings, int workers) {
        Limits limits = settings.limits();
        this.settings = settings;
        this.workers = workers;
        this.ports = new PortLedgers(System::nanoTime, portRules());
        this.forwardingLoops = new ForwardingLoops(ports);
        this.queryLimits = queryLimits(limits, workers);
        this.upstreamSockets = SharedLimit.ofAll(limits.upstreamSockets(), workers);
        this.connections = new ConnectionLimits(limits.tcpConnections(), limits.tcpConnectionsPerClient());
        this.unsentAnswers = new UnsentAnswers.Total(limits.tcpUnsent());
        this.neverKept = settings.configuration().cache().never();
        this.cache = new AnswerCache(settings.configuration().cache().size(), queryLimits.hash());
        sets.serve(settings.configuration().sets());
    }

    private static QueryLimits queryLimits(Limits limits, int workers) {
        return new QueryLimits(
                SharedLimit.ofAll(limits.queriesInFlight(), workers),
                SharedLimit.ofEach(limits.queriesInFlightPerClient(), workers),
                SharedLimit.ofEach(limits.queriesPerQuestion(), workers),
                SharedLimit.ofAll(limits.zoneTransfers(), workers),
                SharedLimit.ofEach(limits.zoneTransfersPerClient(), workers),
                new RateLimit(),
                SipHash.drawnFrom(new SecureRandom()));
    }

    /** Takes over other settings, before the workers do. */
    void adopt(Settings next) {
        settings = next;
        Limits limits = next.limits();
        queryLimits.queries().max(limits.queriesInFlight());
        queryLimits.queriesOfClient().max(limits.queriesInFlightPerClient());
        queryLimits.queriesForQuestion().max(limits.queriesPerQuestion());
        queryLimits.transfers().max(limits.zoneTransfers());
        queryLimits.transfersOfClient().max(limits.zoneTransfersPerClient());
        upstreamSockets.max(limits.upstreamSockets());
        connections.change(limits.tcpConnections(), limits.tcpConnectionsPerClient());
        unsentAnswers.change(limits.tcpUnsent());
        sets.serve(next.configuration().sets());
        if (cache.size() != next.configuration().cache().size()) {
            formerCaches.add(cache);
            cache = new AnswerCache(next.configuration().cache().size(), queryLimits.hash());
        }
        views.keepOnly(
                next.groups().stream().map(group -> group.configured().name()).collect(Collectors.toSet()));
        servers.keepOnly(next.groups());
        // Here and not on the worker that meets one first: to read whom Java trusts takes tenths of a second.
        next.groups().forEach(servers::of);
    }

    /** The answers that are kept. Settings of another size have another cache, from {@link #adopt} on. */
    AnswerCache cache() {
        return cache;
    }

    /** The sets of nft that addresses in answers go into. */
    OpenedSets sets() {
        return sets;
    }

    /** Who asks for which answer that is not in the cache. */
    Claims claims() {
        return claims;
    }

    /** The numbers of the groups of servers. */
    Views views() {
        return views;
    }

    /** All workers have adopted the settings in force. */
    void adopted() {
        formerCaches.forEach(AnswerCache::close);
        formerCaches.clear();
        Cache configured = settings.configuration().cache();
        if (!configured.never().equals(neverKept)) {
            neverKept = configured.never();
            CacheRules rules = rules(configured);
            cache.remove(kept -> !rules.mayKeep(kept));
        }
    }

    static CacheRules rules(Cache configured) {
        return CacheRules.of(configured.minTtl(), configured.maxTtl(), configured.stale(), configured.never());
    }

    /** The settings in force. */
    Settings settings() {
        return settings;
    }

    /** Sets the ports of addresses aside, before somebody listens on them. */
    void reserve(Collection<InetSocketAddress> addresses) {
        BitSet listening = new BitSet();
        addresses.forEach(address -> listening.set(address.getPort()));
        ports.reserve(listening);
    }

    private PortRules portRules() {
        return PortRules.ofThisHost(
                settings.configuration().listen().addresses().stream().mapToInt(InetSocketAddress::getPort));
    }

    /** How much of what has a limit there is, except queries in flight, which the workers know. */
    List<Usage> usage() {
        Limits limits = settings.limits();
        return List.of(
                new Usage("zone-transfers", queryLimits.transfers().taken(), limits.zoneTransfers()),
                new Usage("tcp-connections", connections.count(), limits.tcpConnections()),
                new Usage("tcp-unsent", unsentAnswers.bytes(), limits.tcpUnsent()),
                new Usage("upstream-sockets", upstreamSockets.taken(), limits.upstreamSockets()));
    }

    int queriesInFlightLimit() {
        return settings.limits().queriesInFlight();
    }

    /** Reads again what the host says about source ports. */
    void refreshPorts() {
        ports.refresh(portRules());
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

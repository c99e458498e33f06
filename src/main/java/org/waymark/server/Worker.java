package org.waymark.server;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.waymark.config.Configuration;
import org.waymark.config.Limits;
import org.waymark.config.Marking;
import org.waymark.config.ServerAddress;
import org.waymark.conntrack.MarkLookup;
import org.waymark.dns.QueryReader;
import org.waymark.forward.Forwarder;
import org.waymark.forward.InFlight;
import org.waymark.forward.QueryLog;
import org.waymark.host.ListeningSockets;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.listener.Networks;
import org.waymark.listener.QueryGate;
import org.waymark.listener.TcpListener;
import org.waymark.listener.UdpListener;
import org.waymark.local.LocalNames;
import org.waymark.loop.NettyLoop;
import org.waymark.marks.MarkSource;
import org.waymark.marks.SpotCheck;
import org.waymark.metrics.Counters;
import org.waymark.upstream.KernelNetworkStack;
import org.waymark.upstream.SocketLimits;
import org.waymark.upstream.UpstreamSockets;

/** A worker: one event loop and everything that serves its share of the clients. All of it runs on the loop's thread. */
final class Worker {
    private final Counters counters;
    private final MarkSource marks;

    private final UpstreamSockets upstreams;
    private final Groups groups;
    private final OwnAnswers ownAnswers;
    private final Forwarder forwarder;
    private Networks allowed;
    private final List<UdpListener> udpListeners = new ArrayList<>();
    private final List<TcpListener> tcpListeners = new ArrayList<>();

    /**
     * Starts to answer queries.
     *
     * @param sockets the worker's own sockets, which it closes
     * @param resources what all workers share
     * @throws LinuxException if the kernel refuses another netlink socket, or to tell the marks of packets
     */
    Worker(NettyLoop loop, ListeningSockets sockets, ProcessResources resources, Counters counters)
            throws LinuxException {
        Configuration configuration = resources.configuration();
        this.counters = counters;
        Marking marking = configuration.marking();
        this.marks = marks(resources, counters);
        this.upstreams = new UpstreamSockets(
                loop,
                limits(resources),
                resources.ports(),
                KernelNetworkStack.open(loop, zones(marking.upstreamZones())),
                new SecureRandom(),
                counters);
        this.groups = new Groups(upstreams, resources);
        this.allowed = resources.clients().current();
        QueryLog log = configuration.log().queries() ? new QueryLogger() : QueryLog.NONE;
        this.ownAnswers = new OwnAnswers(resources.local().current(), counters);
        this.forwarder = new Forwarder(
                loop,
                upstreams,
                Policies.of(configuration, groups.all()),
                List.of(ownAnswers),
                resources.queryLimits(),
                counters,
                log);
        QueryGate gate = new QueryGate(
                client -> allowed.contains(client),
                resources.forwardingLoops(),
                configuration.marking().answers(),
                new QueryReader(),
                marks,
                forwarder,
                log,
                counters);
        for (Socket udp : sockets.udp()) {
            udpListeners.add(new UdpListener(loop, udp, gate));
        }
        for (Socket tcp : sockets.tcp()) {
            tcpListeners.add(new TcpListener(loop, tcp, gate, resources.connections(), resources.tcpLimits()));
        }
    }

    private static MarkSource marks(ProcessResources resources, Counters counters) throws LinuxException {
        Marking marking = resources.configuration().marking();
        MarkLookup lookup = MarkLookup.open(zones(marking.zones()));
        return switch (marking.source()) {
            case CONNTRACK -> MarkSource.conntrack(lookup, resources.ownTable().unknown());
            case PACKET -> MarkSource.packets(new SpotCheck(lookup, marking.mask(), counters));
        };
    }

    private static int[] zones(List<Integer> zones) {
        return zones.stream().mapToInt(zone -> zone).toArray();
    }

    private static SocketLimits limits(ProcessResources resources) {
        Limits limits = resources.configuration().limits();
        return new SocketLimits(
                resources.upstreamSockets(),
                resources.share(limits.upstreamSockets()),
                resources.share(limits.upstreamSocketsPerMark()),
                limits.upstreamSocketLife(),
                limits.upstreamIdle());
    }

    /** Replaces the servers of each group. */
    void servers(List<List<ServerAddress>> servers) {
        groups.servers(servers);
    }

    /** Replaces the names that are answered here. */
    void answerHere(LocalNames names) {
        ownAnswers.names(names);
    }

    /** Replaces the networks whose clients may ask. */
    void allow(Networks networks) {
        allowed = networks;
    }

    /** Takes no more queries; pending ones go on. */
    void drain() {
        udpListeners.forEach(UdpListener::drain);
        tcpListeners.forEach(TcpListener::drain);
    }

    boolean isIdle() {
        return forwarder.isIdle();
    }

    InFlight inFlight() {
        return forwarder.inFlight();
    }

    /** Fails the queries that are still pending, and closes every socket. Returns whether servers may still send something. */
    boolean close() {
        forwarder.stop();
        udpListeners.forEach(UdpListener::close);
        tcpListeners.forEach(TcpListener::close);
        boolean answersDue = upstreams.close();
        marks.close();
        return answersDue;
    }

    /** The error of the last mark that could not be read, for the log; null if there was none. */
    Errno markError() {
        return marks.lastError();
    }

    Counters counters() {
        return counters;
    }
}

package org.waymark.worker;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.waymark.dns.QueryReader;
import org.waymark.dnstap.Recorder;
import org.waymark.dnstap.Tap;
import org.waymark.forward.Forwarder;
import org.waymark.forward.InFlight;
import org.waymark.forward.QueryEndings;
import org.waymark.forward.QueryObserver;
import org.waymark.host.ListeningSockets;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.listener.Networks;
import org.waymark.listener.QueryGate;
import org.waymark.listener.TcpListener;
import org.waymark.listener.UdpListener;
import org.waymark.local.OwnAnswers;
import org.waymark.loop.Loop;
import org.waymark.loop.NettyLoop;
import org.waymark.marks.MarkSource;
import org.waymark.metrics.Counters;
import org.waymark.report.QueryLogger;
import org.waymark.settings.Settings;
import org.waymark.upstream.Forgotten;
import org.waymark.upstream.KernelNetworkStack;
import org.waymark.upstream.ServerPath;
import org.waymark.upstream.UpstreamSockets;
import org.waymark.watch.Looks;
import org.waymark.watch.Pace;

/** A worker: one event loop and everything that serves its share of the clients. All of it runs on the loop's thread. */
final class Worker {
    private final ProcessResources resources;
    private final Counters counters = new Counters();
    private final QueryLogger log = new QueryLogger();
    private final Recorder recorder = new Recorder(counters);
    private final Looks looks;
    private final MarkSource marks;
    private final Loop.Repetition ticking;
    private final UpstreamSockets upstreams;
    private final ServerGroups groups;
    private final OwnAnswers ownAnswers;
    private final Forwarder forwarder;
    private Networks clients;
    private final List<UdpListener> udpListeners = new ArrayList<>();
    private final List<TcpListener> tcpListeners = new ArrayList<>();

    /**
     * Starts to answer queries.
     *
     * @param sockets the worker's own sockets, which it closes
     * @param resources what all workers share
     * @throws LinuxException if the kernel refuses another netlink socket, or to tell the marks of packets
     */
    Worker(NettyLoop loop, ListeningSockets sockets, ProcessResources resources, Settings settings)
            throws LinuxException {
        this.resources = resources;
        this.looks = resources.looks(counters);
        this.marks = resources.markSource(looks);
        this.ticking = loop.repeat(marks::tick, Pace.TICK_NANOS);
        this.upstreams = new UpstreamSockets(
                loop,
                resources.socketLimits(settings.limits()),
                resources.ports(),
                KernelNetworkStack.open(loop, resources.upstreamZones()),
                new SecureRandom(),
                counters,
                looks,
                recorder);
        this.groups = new ServerGroups(upstreams, resources.servers());
        this.ownAnswers = new OwnAnswers(settings.names(), counters);
        this.clients = settings.clients();
        log.on(settings.logQueries());
        QueryEndings endings = new QueryEndings(
                loop::nanoTime,
                counters,
                QueryObserver.allOf(List.of(log, recorder, resources.feed().ofWorker())));
        this.forwarder = new Forwarder(
                loop,
                upstreams,
                settings.policy(),
                groups.adopt(settings.groups()),
                List.of(ownAnswers),
                resources.queryLimits(),
                counters,
                endings);
        QueryGate gate = new QueryGate(
                client -> clients.contains(client),
                resources.forwardingLoops(),
                resources.answersAreMarked(),
                new QueryReader(),
                marks,
                forwarder,
                endings,
                counters);
        for (Socket udp : sockets.udp()) {
            udpListeners.add(new UdpListener(loop, udp, gate));
        }
        for (Socket tcp : sockets.tcp()) {
            tcpListeners.add(
                    new TcpListener(loop, tcp, gate, resources.connections(), resources.tcpLimits(settings.limits())));
        }
    }

    /**
     * Takes over other settings, all of them between two turns of the event loop, so that no query meets some old and some new ones.
     * Sockets, source ports and pending queries stay.
     */
    void adopt(Settings settings) {
        clients = settings.clients();
        ownAnswers.names(settings.names());
        forwarder.adopt(settings.policy(), groups.adopt(settings.groups()));
        upstreams.limits(resources.socketLimits(settings.limits()));
        tcpListeners.forEach(listener -> listener.limits(resources.tcpLimits(settings.limits())));
        log.on(settings.logQueries());
    }

    /** Records everything that passes; null ends that. */
    void record(Tap tap) {
        recorder.to(tap);
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
        ticking.stop();
        marks.close();
        return answersDue;
    }

    Forgotten forget() {
        return upstreams.forget();
    }

    List<ServerPath> paths(int most) {
        return upstreams.paths(most);
    }

    /** The error of the last mark that could not be read, for the log; null if there was none. */
    Errno markError() {
        return marks.lastError();
    }

    Counters counters() {
        return counters;
    }

    Looks looks() {
        return looks;
    }
}

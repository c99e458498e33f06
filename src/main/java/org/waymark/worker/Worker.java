package org.waymark.worker;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.waymark.cache.CacheAccess;
import org.waymark.config.Configuration;
import org.waymark.conntrack.MarkLookup;
import org.waymark.dns.QueryReader;
import org.waymark.dnstap.Recorder;
import org.waymark.dnstap.Tap;
import org.waymark.forward.Forwarder;
import org.waymark.forward.InFlight;
import org.waymark.forward.QueryEndings;
import org.waymark.forward.QueryObserver;
import org.waymark.host.ListeningSockets;
import org.waymark.host.TableUse;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.listener.QueryGate;
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
    private final QueryReader reader = new QueryReader();
    private final Looks looks;
    private final Loop.Repetition ticking;
    private final KernelNetworkStack network;
    private final UpstreamSockets upstreams;
    private final ServerGroups groups;
    private final OwnAnswers ownAnswers;
    private final CacheAccess cache;
    private final QueryEndings endings;
    private final Forwarder forwarder;
    private final Listeners listeners;
    private Settings settings;
    private MarkSource marks;

    /** Former ones that connections of clients may still use. */
    private final List<MarkSource> formerMarks = new ArrayList<>();

    /**
     * Starts to answer queries.
     *
     * @param sockets the worker's own sockets, which it closes
     * @param resources what all workers share
     * @throws LinuxException if the kernel refuses another netlink socket, or to tell the marks of packets
     */
    Worker(NettyLoop loop, ListeningSockets sockets, ProcessResources resources, MarkOrigin origin)
            throws LinuxException {
        this.resources = resources;
        this.settings = resources.settings();
        Configuration configuration = settings.configuration();
        this.looks = new Looks(
                counters, configuration.outgoingBits(), configuration.marking().mask());
        this.marks = origin.source(MarkOrigin.lookup(origin.zones()), looks);
        this.network = new KernelNetworkStack(
                loop,
                KernelNetworkStack.Memory.open(
                        MarkOrigin.array(configuration.marking().upstreamZones())));
        this.upstreams = new UpstreamSockets(
                loop,
                resources.socketLimits(settings.limits()),
                resources.ports(),
                network,
                new SecureRandom(),
                counters,
                looks,
                recorder);
        this.groups = new ServerGroups(upstreams, resources.servers(), resources.views());
        this.ownAnswers = new OwnAnswers(settings.names(), counters);
        this.cache = new CacheAccess(resources.cache(), ProcessResources.rules(configuration.cache()), counters);
        log.on(configuration.log().queries());
        this.endings = new QueryEndings(
                loop::nanoTime,
                counters,
                QueryObserver.allOf(List.of(log, recorder, resources.feed().ofWorker())));
        this.forwarder = new Forwarder(
                loop,
                upstreams,
                settings.policy(),
                groups.adopt(settings.groups(), configuration.cache().shareMask(), true),
                List.of(ownAnswers),
                cache,
                resources.claims(),
                resources.queryLimits(),
                counters,
                resources.sets(),
                endings);
        this.listeners = new Listeners(loop, resources.connections(), gate(), resources.tcpLimits(settings.limits()));
        listeners.add(sockets);
        this.ticking = loop.repeat(this::tick, Pace.TICK_NANOS);
    }

    private QueryGate gate() {
        return new QueryGate(
                settings.clients()::contains,
                resources.forwardingLoops(),
                settings.configuration().marking().answers(),
                reader,
                marks,
                forwarder,
                endings,
                counters);
    }

    private void tick() {
        marks.tick();
        listeners.sweep();
        formerMarks.removeIf(former -> {
            boolean isOver = !listeners.use(former);
            if (isOver) {
                former.close();
            }
            return isOver;
        });
    }

    /**
     * Serves more addresses, under the present settings.
     *
     * @param sockets the worker's own, which it closes
     * @throws LinuxException if that is not possible; none of them is served then
     */
    void listen(ListeningSockets sockets) throws LinuxException {
        listeners.add(sockets);
    }

    /** Serves no addresses but those that are wanted. */
    void listenOnlyOn(Predicate<Endpoint> wanted) {
        listeners.retireAllBut(wanted);
    }

    /**
     * Takes over other settings, all of them between two turns of the event loop, so that no query meets some old and some new ones.
     * Sockets, source ports, connections of clients and pending queries stay.
     *
     * @param next the settings from now on
     * @param nextOrigin where marks come from
     * @param parts what was opened for them
     * @throws LinuxException if the kernel can't tell the marks of packets, which it could before
     */
    void adopt(Settings next, MarkOrigin nextOrigin, NewParts parts) throws LinuxException {
        Configuration configuration = next.configuration();
        listeners.retireAllBut(address -> Changes.takes(configuration, address));
        boolean isReload = !configuration.equals(settings.configuration());
        settings = next;
        MarkLookup lookup = parts.takeLookup();
        if (lookup != null) {
            formerMarks.add(marks);
            marks = nextOrigin.source(lookup, looks);
        }
        listeners.adopt(gate(), resources.tcpLimits(next.limits()));
        looks.bits(configuration.outgoingBits(), configuration.marking().mask());
        ownAnswers.names(next.names());
        cache.adopt(resources.cache(), ProcessResources.rules(configuration.cache()));
        forwarder.adopt(
                next.policy(), groups.adopt(next.groups(), configuration.cache().shareMask(), isReload));
        upstreams.limits(resources.socketLimits(next.limits()));
        KernelNetworkStack.Memory memory = parts.takeMemory();
        if (memory != null) {
            network.memory(memory);
        }
        log.on(configuration.log().queries());
    }

    /** What Waymark's own table must handle for this worker. */
    TableUse use() {
        Configuration configuration = settings.configuration();
        return new TableUse(
                listeners.addresses(),
                configuration.outgoingBits() | upstreams.bitsOfMarks(),
                configuration.marking().answers(),
                marks.reliesOnTable());
    }

    /** Records everything that passes; null ends that. */
    void record(Tap tap) {
        recorder.to(tap);
    }

    /** The sockets that it serves, without those that are retired. */
    ListeningSockets listening() {
        return listeners.sockets();
    }

    /** Takes no more queries; pending ones go on. What waits in the sockets may be left to another process. */
    void drain(boolean leavesWaiting) {
        listeners.drain(leavesWaiting);
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
        listeners.close();
        boolean answersDue = upstreams.close();
        ticking.stop();
        marks.close();
        formerMarks.forEach(MarkSource::close);
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

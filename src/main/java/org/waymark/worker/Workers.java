package org.waymark.worker;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.waymark.cache.AnswerCache;
import org.waymark.cache.Views;
import org.waymark.config.Configuration;
import org.waymark.dnstap.Tap;
import org.waymark.feed.Feed;
import org.waymark.forward.InFlight;
import org.waymark.host.InheritedSockets;
import org.waymark.host.ListeningSockets;
import org.waymark.host.StartException;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.loop.NettyLoop;
import org.waymark.metrics.Counters;
import org.waymark.ports.PortLedgers;
import org.waymark.ports.PortRules;
import org.waymark.settings.Settings;
import org.waymark.upstream.Forgotten;
import org.waymark.upstream.FormerConnections;
import org.waymark.upstream.ServerPath;
import org.waymark.upstream.ServerState;
import org.waymark.watch.Looks;

/** All workers of the process, one for each core, and what they share. Any thread may call the methods. */
public final class Workers {
    /** How often {@link #refreshPorts} should be called. */
    public static final Duration PORT_REFRESH = PortRules.REFRESH;

    private static final long IDLE_CHECK_MILLIS = 10;

    /** Listing them takes a worker less than a millisecond. */
    private static final int MOST_PATHS = 2_000;

    private final IoEventLoopGroup loops;
    private final ProcessResources resources;
    private final List<Running> workers = new ArrayList<>();

    private final Changes changes;

    private Workers(IoEventLoopGroup loops, ProcessResources resources, Set<Endpoint> inherited) {
        this.loops = loops;
        this.resources = resources;
        this.changes = new Changes(workers, resources, inherited);
    }

    /**
     * Starts the workers, which answer queries from now on.
     *
     * @param settings what is in force at first
     * @param unknownMark what a packet brings along whose connection conntrack does not know, as
     *     {@link org.waymark.marks.MarkSource#conntrack} expects it
     * @param inherited sockets to begin with: all that the settings have an address for are served, and the rest once more
     * @return the workers
     * @throws StartException if the host has no more files, sockets or memory for them; the process should end then, because it still has
     *     the sockets of the workers that have started
     */
    public static Workers start(Settings settings, long unknownMark, InheritedSockets inherited) throws StartException {
        int cores = Runtime.getRuntime().availableProcessors();
        IoEventLoopGroup loops = EventLoops.make(cores, "worker");
        Workers all = new Workers(loops, new ProcessResources(settings, cores), inherited.addresses());
        Configuration configuration = settings.configuration();
        try {
            for (ListeningSockets share : inherited.divide(cores)) {
                share.complete(configuration.listen().addresses());
                all.startOne(configuration, unknownMark, share);
            }
            // Only now: whoever asks at an address that stays must always find a socket.
            all.changes.retireUnwanted();
            return all;
        } catch (StartException e) {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    private void startOne(Configuration configuration, long unknownMark, ListeningSockets sockets)
            throws StartException {
        IoEventLoop loop = loops.next();
        MarkOrigin origin = MarkOrigin.of(configuration.marking(), unknownMark);
        Future<Worker> worker = loop.submit(() -> new Worker(new NettyLoop(loop), sockets, resources, origin))
                .awaitUninterruptibly();
        if (worker.isSuccess()) {
            workers.add(new Running(loop, worker.getNow()));
            return;
        }
        sockets.close();
        if (worker.cause() instanceof IOException e) {
            throw new StartException("can't start a worker: " + StartException.explain(e), e);
        }
        throw new IllegalStateException(worker.cause());
    }

    /**
     * @return how many workers there are
     */
    public int count() {
        return workers.size();
    }

    /**
     * @return puts other settings into force; for one thread
     */
    public Changes changes() {
        return changes;
    }

    /**
     * Records every query and answer from now on.
     *
     * @param tap where they are written; null ends the recording
     */
    public void record(Tap tap) {
        workers.forEach(each -> each.run(() -> each.worker().record(tap)));
    }

    /**
     * @return the sockets that each worker serves, without those that are retired
     */
    public List<ListeningSockets> listening() {
        return workers.stream().map(each -> each.ask(each.worker()::listening)).toList();
    }

    /**
     * @return what is in flight in all workers
     */
    public InFlight inFlight() {
        return workers.stream()
                .map(each -> each.ask(each.worker()::inFlight))
                .reduce(new InFlight(0, 0), InFlight::plus);
    }

    /**
     * @return whether the loops of the workers turn
     */
    public Pulses pulses() {
        return new Pulses(workers.stream().map(Running::pulse).toList());
    }

    /**
     * @return how much there is of what has a limit in the whole process
     */
    public List<Usage> usage() {
        List<Usage> usage = new ArrayList<>();
        usage.add(new Usage("queries-in-flight", pulses().inFlight().queries(), resources.queriesInFlightLimit()));
        usage.addAll(resources.usage());
        return usage;
    }

    /**
     * @return the source ports of connections to servers
     */
    public List<PortLedgers.Use> ports() {
        return resources.ports().use();
    }

    /**
     * @param group a group of the settings
     * @return how its servers do, in their order
     */
    public List<ServerState> serversOf(Settings.Group group) {
        return resources.servers().of(group);
    }

    /**
     * Takes no more queries, and waits until the pending ones are answered.
     *
     * @param deadline until when at most, as {@link System#nanoTime} tells it
     * @param leavesWaiting whether what waits in the sockets is left to another process
     */
    public void drain(long deadline, boolean leavesWaiting) {
        workers.forEach(each -> each.run(() -> each.worker().drain(leavesWaiting)));
        for (Running each : workers) {
            while (System.nanoTime() < deadline && !each.ask(each.worker()::isIdle)) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(IDLE_CHECK_MILLIS));
            }
        }
    }

    /**
     * Answers the queries that are still pending with SERVFAIL, and closes every socket. {@link #end} must follow.
     *
     * @return whether servers may still send something
     */
    public boolean close() {
        boolean answersDue = false;
        for (Running each : workers) {
            answersDue |= each.ask(each.worker()::close);
        }
        return answersDue;
    }

    /** Ends the workers' threads. */
    public void end() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        resources.sets().close();
    }

    /** Reads again what the host says about source ports. */
    public void refreshPorts() {
        resources.refreshPorts();
    }

    /**
     * Has conntrack forget the connections to the servers that a process before this one has left. It takes a while.
     *
     * @return how many there were
     * @throws LinuxException EPERM without CAP_NET_ADMIN
     */
    public int forgetFormerConnections() throws LinuxException {
        Set<Endpoint> addresses = servers().stream()
                .map(state -> Endpoint.of(state.server().address()))
                .collect(Collectors.toSet());
        List<Integer> zones = resources.settings().configuration().marking().upstreamZones();
        return FormerConnections.remove(addresses, MarkOrigin.array(zones));
    }

    /**
     * @return the counters of each worker, and those of what all share
     */
    public List<Counters> counters() {
        return Stream.concat(
                        workers.stream().map(each -> each.worker().counters()), resources.sets().counters().stream())
                .toList();
    }

    /**
     * @return what each worker has seen of the marks of connections
     */
    public List<Looks> looks() {
        return workers.stream().map(each -> each.worker().looks()).toList();
    }

    /**
     * @return how the servers do
     */
    public Collection<ServerState> servers() {
        return resources.servers().all();
    }

    /**
     * Forgets how the servers do, and closes the sockets and connections that nothing is open on.
     *
     * @return what that was
     */
    public Forgotten forget() {
        return workers.stream().map(each -> each.ask(each.worker()::forget)).reduce(Forgotten.NOTHING, Forgotten::plus);
    }

    /**
     * @return how the servers do for the marks that are remembered, as each worker reaches them; with very many marks, for some of them
     */
    public List<ServerPath> paths() {
        return workers.stream()
                .flatMap(each -> each.ask(() -> each.worker().paths(MOST_PATHS)).stream())
                .toList();
    }

    /**
     * @return the answers that are kept; another cache when settings of another size are in force
     */
    public AnswerCache cache() {
        return resources.cache();
    }

    /**
     * @return the numbers of the groups of servers
     */
    public Views views() {
        return resources.views();
    }

    /**
     * @return how queries end, for whoever watches
     */
    public Feed feed() {
        return resources.feed();
    }

    /**
     * @return why marks could not be read lately, for people; empty if they could
     */
    public String markErrors() {
        return workers.stream()
                .map(each -> each.worker().markError())
                .filter(Objects::nonNull)
                .distinct()
                .map(Errno::toString)
                .collect(Collectors.joining(", "));
    }

    /**
     * @return what to correct if queries of Waymark's own have come back, for people
     */
    public String cureForLoops() {
        return resources.forwardingLoops().cure();
    }
}

package org.waymark.server;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Configuration;
import org.waymark.config.ServerAddress;
import org.waymark.forward.InFlight;
import org.waymark.host.HostCheck;
import org.waymark.host.ListenCheck;
import org.waymark.host.ListeningSockets;
import org.waymark.host.StartException;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.UnixDatagram;
import org.waymark.loop.NettyLoop;
import org.waymark.metrics.Counters;
import org.waymark.ports.PortRules;
import org.waymark.systemd.Notifier;

/** A running Waymark: one worker for each core, from the first query until it stops. */
public final class WaymarkServer {
    private static final Logger LOG = LoggerFactory.getLogger(WaymarkServer.class);

    /** With everything before and after this, a stop takes at most 5 s. */
    private static final long DRAIN_SECONDS = 4;

    private static final long IDLE_CHECK_MILLIS = 10;
    private static final long SERVER_REPORT_SECONDS = 1;
    private static final long FORMER_PROCESS_SECONDS = 5;

    private final IoEventLoopGroup loops;
    private final List<RunningWorker> workers;
    private final TroubleLog troubles;
    private final ServerReports serverReports;
    private final HostWatch host;
    private final Periodic periodic = new Periodic();
    private final ProcessResources resources;
    private final Notifier notifier = new Notifier(System.getenv("NOTIFY_SOCKET"), UnixDatagram::send);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private record RunningWorker(IoEventLoop loop, Worker worker) {}

    private WaymarkServer(IoEventLoopGroup loops, List<RunningWorker> workers, ProcessResources resources) {
        this.resources = resources;
        this.loops = loops;
        this.workers = workers;
        this.serverReports = new ServerReports(resources::states);
        this.troubles =
                new TroubleLog(workers.stream().map(RunningWorker::worker).toList(), resources.forwardingLoops());
        this.host = new HostWatch(
                resources,
                this::servers,
                names -> tell(worker -> worker.answerHere(names)),
                networks -> tell(worker -> worker.allow(networks)));
    }

    /**
     * Starts to answer queries.
     *
     * @param configuration the settings
     * @param origin the version and the configuration file, for the log
     * @return the server, which answers queries from now on
     * @throws StartException if this host or the configuration does not allow it; the process should end then, because it still has the
     *     sockets of the workers that have started
     */
    public static WaymarkServer start(Configuration configuration, String origin) throws StartException {
        HostCheck.run(configuration.marking().source());
        ListeningSockets.checkFree(configuration.listen().addresses());
        int cores = Runtime.getRuntime().availableProcessors();
        IoEventLoopGroup loops = eventLoops(cores);
        ProcessResources resources = new ProcessResources(configuration, cores);
        try {
            WaymarkServer server = new WaymarkServer(loops, startWorkers(resources, loops), resources);
            server.announce(configuration, origin);
            return server;
        } catch (StartException e) {
            resources.ownTable().close();
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    private static IoEventLoopGroup eventLoops(int count) throws StartException {
        try {
            return new MultiThreadIoEventLoopGroup(count, EpollIoHandler.newFactory());
        } catch (IllegalStateException e) {
            String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new StartException(
                    "can't make " + count + " event loops: " + reason + ": " + StartException.MORE_FILES, e);
        }
    }

    private static List<RunningWorker> startWorkers(ProcessResources resources, IoEventLoopGroup loops)
            throws StartException {
        List<RunningWorker> workers = new ArrayList<>();
        for (int i = 0; i < resources.workers(); i++) {
            workers.add(startWorker(loops.next(), resources));
        }
        return workers;
    }

    private static RunningWorker startWorker(IoEventLoop loop, ProcessResources resources) throws StartException {
        ListeningSockets sockets =
                ListeningSockets.open(resources.configuration().listen().addresses());
        Future<Worker> worker = loop.submit(() -> new Worker(new NettyLoop(loop), sockets, resources, new Counters()))
                .awaitUninterruptibly();
        if (worker.isSuccess()) {
            return new RunningWorker(loop, worker.getNow());
        }
        sockets.close();
        if (worker.cause() instanceof IOException e) {
            throw new StartException("can't start a worker: " + StartException.explain(e), e);
        }
        throw new IllegalStateException(worker.cause());
    }

    /** Changes the servers, first in the table, so that connections to new servers have their marks from the start. */
    private void servers(List<List<ServerAddress>> servers) {
        resources.ownTable().servers(servers);
        resources.forgetAllServersBut(servers);
        tell(worker -> worker.servers(servers));
    }

    /** Calls every worker, on its own event loop. */
    private void tell(Consumer<Worker> news) {
        workers.forEach(each -> each.loop().execute(() -> news.accept(each.worker())));
    }

    private void announce(Configuration configuration, String origin) {
        periodic.every(TroubleLog.INTERVAL_SECONDS, TimeUnit.SECONDS, troubles::report);
        periodic.every(SERVER_REPORT_SECONDS, TimeUnit.SECONDS, serverReports::report);
        periodic.every(PortRules.REFRESH.toSeconds(), TimeUnit.SECONDS, resources::refreshPorts);
        forgetFormerProcess();
        resources.ownTable().announce();
        resources.clients().announce();
        configuration.listen().addresses().forEach(address -> ListenCheck.absence(address)
                .ifPresent(LOG::warn));
        LOG.info(
                "Waymark answers on {} with {} workers: {}; {}; marks from {}",
                list(configuration.listen().addresses().stream().map(Endpoint::of)),
                workers.size(),
                origin,
                serversByGroup(configuration),
                resources.ownTable().sourceOfMarks(configuration.marking()));
        tellSystemd(notifier::ready);
    }

    private String serversByGroup(Configuration configuration) {
        List<List<ServerAddress>> servers = resources.servers().current();
        return IntStream.range(0, servers.size())
                .mapToObj(i -> "servers of " + configuration.upstreams().get(i).name() + ": "
                        + (servers.get(i).isEmpty() ? "none yet" : list(servers.get(i).stream())))
                .collect(Collectors.joining("; "));
    }

    private static String list(Stream<?> things) {
        return things.map(Object::toString).collect(Collectors.joining(", "));
    }

    /** Waits a few seconds first, for late answers to the former process. */
    private void forgetFormerProcess() {
        CompletableFuture.delayedExecutor(FORMER_PROCESS_SECONDS, TimeUnit.SECONDS)
                .execute(() -> {
                    try {
                        int forgotten = resources.forgetFormerConnections();
                        if (forgotten > 0) {
                            LOG.info(
                                    "Conntrack has forgotten {} connections to servers that nobody uses any more",
                                    forgotten);
                        }
                    } catch (LinuxException e) {
                        LOG.info(
                                "Connections that a Waymark before this one has left are left to conntrack: {}",
                                e.errno());
                    }
                });
    }

    private interface Notice {
        void send() throws IOException;
    }

    private static void tellSystemd(Notice notice) {
        try {
            notice.send();
        } catch (IOException e) {
            LOG.warn("systemd can't be told how Waymark is doing: {}", e.getMessage());
        }
    }

    /**
     * Stops: takes no more queries, waits up to 4 s for the answers to pending queries, answers the rest with SERVFAIL, and closes
     * everything. A second call waits for the first.
     */
    public synchronized void stop() {
        if (stopped.getCount() == 0) {
            return;
        }
        tellSystemd(notifier::stopping);
        host.close();
        periodic.close();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
        InFlight inFlight = inFlight();
        LOG.info(
                "Waymark is told to stop; queries in flight: {}, questions to servers: {}",
                inFlight.queries(),
                inFlight.questions());
        workers.forEach(each -> onLoop(each, each.worker()::drain));
        workers.forEach(each -> awaitIdle(each, deadline));
        boolean answersDue = false;
        for (RunningWorker each : workers) {
            answersDue |= onLoop(each, each.worker()::close);
        }
        resources.ownTable().end(answersDue);
        troubles.report();
        LOG.info("Waymark stops after {}", troubles.summary());
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        stopped.countDown();
    }

    private InFlight inFlight() {
        return workers.stream()
                .map(each -> onLoop(each, each.worker()::inFlight))
                .reduce(new InFlight(0, 0), InFlight::plus);
    }

    private static void onLoop(RunningWorker running, Runnable action) {
        running.loop().submit(action).awaitUninterruptibly();
    }

    private static void awaitIdle(RunningWorker running, long deadline) {
        while (System.nanoTime() < deadline && !onLoop(running, running.worker()::isIdle)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(IDLE_CHECK_MILLIS));
        }
    }

    private static <T> T onLoop(RunningWorker running, Callable<T> question) {
        return running.loop().submit(question).awaitUninterruptibly().getNow();
    }

    /**
     * Waits until the server has stopped.
     *
     * @throws InterruptedException if the thread is interrupted first
     */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }
}

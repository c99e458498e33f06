package org.waymark.server;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.accounts.Accounts;
import org.waymark.commands.AccountsAnswer;
import org.waymark.commands.CacheAnswer;
import org.waymark.commands.FlushAnswer;
import org.waymark.commands.LogLevelAnswer;
import org.waymark.commands.QueryRate;
import org.waymark.commands.Recent;
import org.waymark.commands.StatsAnswer;
import org.waymark.commands.StatusAnswer;
import org.waymark.commands.WatchedQueries;
import org.waymark.config.Configuration;
import org.waymark.config.Marking;
import org.waymark.control.Command;
import org.waymark.forward.InFlight;
import org.waymark.host.HostCheck;
import org.waymark.host.ListenCheck;
import org.waymark.host.ListeningSockets;
import org.waymark.host.OwnTable;
import org.waymark.host.SocketStore;
import org.waymark.host.StartException;
import org.waymark.host.TableUse;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.UnixDatagram;
import org.waymark.log.LogSettings;
import org.waymark.report.LostMarks;
import org.waymark.report.MarkSetup;
import org.waymark.report.ServerReports;
import org.waymark.report.TroubleLog;
import org.waymark.settings.Settings;
import org.waymark.settings.SettingsWatch;
import org.waymark.systemd.Notifier;
import org.waymark.systemd.StoredDescriptor;
import org.waymark.worker.Workers;

/** A running Waymark, from the first query until it stops. */
public final class WaymarkServer {
    private static final Logger LOG = LoggerFactory.getLogger(WaymarkServer.class);

    /** With everything before and after this, a stop takes at most 5 s. */
    private static final long DRAIN_SECONDS = 4;

    private static final long SERVER_REPORT_SECONDS = 1;
    private static final long FORMER_PROCESS_SECONDS = 5;

    private final SettingsWatch settings;
    private final OwnTable ownTable;
    private final Workers workers;
    private final TroubleLog troubles;
    private final LostMarks lostMarks;
    private final ServerReports serverReports;
    private final Accounts accounts;
    private final CacheStorage keptAnswers;
    private final Recording recording;
    private final Periodic periodic = new Periodic("periodic");
    private final Notices notices = new Notices(new Notifier(System.getenv("NOTIFY_SOCKET"), UnixDatagram::send));
    private final HeldSockets sockets;
    private final Operators operators;
    private ControlSocket control;
    private final Web web;
    private final CountDownLatch stopped = new CountDownLatch(1);

    private final Changeover changeover;
    private final ReloadAnswer reload;

    private WaymarkServer(
            SettingsWatch settings,
            SettingsWatch.Reader reader,
            OwnTable ownTable,
            Operators operators,
            Workers workers,
            SocketStore sockets,
            Accounts accounts,
            Settings first,
            Origin origin) {
        this.settings = settings;
        this.ownTable = ownTable;
        this.operators = operators;
        this.workers = workers;
        this.accounts = accounts;
        this.keptAnswers = new CacheStorage(workers, stateFolder());
        this.recording = new Recording(workers::record, workers.count(), version());
        this.serverReports = new ServerReports(workers::servers);
        this.troubles = new TroubleLog(workers.counters(), workers::markErrors, workers::cureForLoops);
        this.lostMarks = new LostMarks(workers.looks(), workers.counters(), this::markSetup);
        this.sockets = new HeldSockets(sockets, workers, notices);
        this.changeover = new Changeover(ownTable, workers.changes(), first, this.sockets::renew);
        this.web = new Web(operators, workers, changeover::present, accounts::current, origin.version());
        this.reload =
                new ReloadAnswer(settings, reader, origin.file(), first.configuration(), notices, this::adoptRest);
    }

    /** What the workers do not adopt. Returns why some of it is not in force. */
    private List<String> adoptRest(Configuration configuration) {
        LogSettings.apply(configuration.log());
        recording.adopt(configuration.log().dnstap());
        accounts.adopt(configuration.accounts());
        return web.adopt(configuration.metrics()).stream().toList();
    }

    private MarkSetup markSetup() {
        Marking marking = configuration().marking();
        return new MarkSetup(ownTable.isThere(), marking.zones(), marking.upstreamZones());
    }

    private static String version() {
        String packaged = WaymarkServer.class.getPackage().getImplementationVersion();
        return packaged == null ? "Waymark" : "Waymark " + packaged;
    }

    /**
     * Starts to answer queries.
     *
     * @param configuration the configuration
     * @param reader reads the configuration again
     * @param origin the version and the configuration file
     * @return the server, which answers queries from now on
     * @throws StartException if this host or the configuration does not allow it; the process should end then, because it still has the
     *     sockets of the workers that have started
     */
    public static WaymarkServer start(Configuration configuration, SettingsWatch.Reader reader, Origin origin)
            throws StartException {
        SocketStore sockets = SocketStore.takeOver(
                StoredDescriptor.handedOver(System.getenv()),
                configuration.marking().source());
        Set<Endpoint> inherited = sockets.inherited().addresses();
        HostCheck.run(configuration.marking().source());
        ListeningSockets.checkFree(configuration.listen().addresses(), inherited);
        Operators operators = new Operators();
        SettingsWatch watch = new SettingsWatch(configuration);
        Settings settings = watch.current();
        OwnTable ownTable = OwnTable.add(configuration, settings.servers(), TableUse.of(inherited));
        try {
            Workers workers = Workers.start(settings, ownTable.unknown(configuration.marking()), sockets.inherited());
            Accounts accounts = Accounts.start(configuration.accounts(), stateFolder());
            WaymarkServer server =
                    new WaymarkServer(watch, reader, ownTable, operators, workers, sockets, accounts, settings, origin);
            server.begin(configuration, settings, origin);
            return server;
        } catch (StartException e) {
            ownTable.close();
            throw e;
        }
    }

    /** Where systemd has made a folder for what must outlive the process ({@code StateDirectory=} in systemd.exec(5)). */
    private static Path stateFolder() {
        return Path.of(System.getenv().getOrDefault("STATE_DIRECTORY", "/var/lib/waymark"));
    }

    private void begin(Configuration configuration, Settings first, Origin origin) {
        periodic.every(TroubleLog.INTERVAL_SECONDS, TimeUnit.SECONDS, troubles::report);
        periodic.every(LostMarks.INTERVAL_SECONDS, TimeUnit.SECONDS, lostMarks::report);
        periodic.every(SERVER_REPORT_SECONDS, TimeUnit.SECONDS, serverReports::report);
        periodic.every(Workers.PORT_REFRESH.toSeconds(), TimeUnit.SECONDS, workers::refreshPorts);
        StatusLine status = new StatusLine(
                workers.counters(),
                workers::servers,
                reload::refusal,
                () -> warnings().size(),
                notices);
        periodic.every(StatusLine.SECONDS, TimeUnit.SECONDS, status::report);
        recording.adopt(configuration.log().dnstap());
        keptAnswers.restore(configuration.cache());
        forgetFormerProcess();
        ownTable.announce();
        settings.start(changeover);
        ListenCheck.absences(configuration.listen().addresses()).forEach(LOG::warn);
        control = new ControlSocket(
                operators, commands(origin), List.of(new WatchedQueries(workers.feed(), operators.loop())));
        control.open(configuration.control().socket());
        web.adopt(configuration.metrics()).ifPresent(LOG::warn);
        LOG.info(
                "Waymark answers on {} with {} workers: {}; {}; marks from {}",
                list(configuration.listen().addresses().stream().map(Endpoint::of)),
                workers.count(),
                origin,
                first.groups().stream().map(Settings.Group::toString).collect(Collectors.joining("; ")),
                ownTable.sourceOfMarks(configuration.marking()));
        sockets.renew(configuration);
        notices.send(Notifier::ready);
        Notifier.watchdogPeriod(System.getenv("WATCHDOG_USEC"), System.getenv("WATCHDOG_PID"))
                .ifPresent(period -> new Watchdog(period, workers.pulses(), notices));
    }

    private List<Command> commands(Origin origin) {
        QueryRate rate = new QueryRate(workers.counters(), System::nanoTime);
        periodic.every(QueryRate.INTERVAL_SECONDS, TimeUnit.SECONDS, rate::sample);
        Recent recent = new Recent(workers);
        periodic.every(Recent.INTERVAL_SECONDS, TimeUnit.SECONDS, recent::renew);
        StatusAnswer.Facts facts = new StatusAnswer.Facts(
                origin.version(), origin.file(), this::addresses, reload::latest, this::warnings);
        return List.of(
                new StatusAnswer(workers, recent, rate, facts),
                new StatsAnswer(recent),
                reload,
                new FlushAnswer(workers, this::configuration),
                new CacheAnswer(workers, this::configuration),
                new LogLevelAnswer(LogSettings::level),
                new AccountsAnswer(accounts));
    }

    private Configuration configuration() {
        return changeover.present().configuration();
    }

    private List<InetSocketAddress> addresses() {
        return configuration().listen().addresses();
    }

    /** What the log has told and still holds. */
    private List<String> warnings() {
        return Stream.of(
                        lostMarks.warnings(),
                        serverReports.warnings(),
                        troubles.warnings(),
                        accounts.warnings(),
                        atTheirQuota(),
                        ListenCheck.absences(addresses()))
                .flatMap(List::stream)
                .toList();
    }

    private List<String> atTheirQuota() {
        return accounts.current().stream()
                .filter(sum -> sum.reached() != null)
                .map(sum -> "the account " + sum.name() + " has reached its quota, on " + sum.reached())
                .toList();
    }

    private static String list(Stream<?> things) {
        return things.map(Object::toString).collect(Collectors.joining(", "));
    }

    /** Reads the configuration again and puts it into force; the log says how that has ended. Returns at once. */
    public void reload() {
        reload.now();
    }

    /** Waits a few seconds first, for late answers to the former process. */
    private void forgetFormerProcess() {
        CompletableFuture.delayedExecutor(FORMER_PROCESS_SECONDS, TimeUnit.SECONDS)
                .execute(() -> {
                    try {
                        int forgotten = workers.forgetFormerConnections();
                        if (forgotten > 0) {
                            LOG.info(
                                    "Removed {} connections to servers from conntrack, left by a previous Waymark",
                                    forgotten);
                        }
                    } catch (LinuxException e) {
                        LOG.info(
                                "can't remove the connections of a previous Waymark from conntrack, which forgets them later: {}",
                                e.errno());
                    }
                });
    }

    /**
     * Stops: takes no more queries, waits up to 4 s for the answers to pending queries, answers the rest with SERVFAIL, and closes
     * everything. A second call waits for the first.
     */
    public synchronized void stop() {
        if (stopped.getCount() == 0) {
            return;
        }
        // After the change that is under way, which says that Waymark is ready.
        settings.close();
        notices.send(Notifier::stopping);
        control.close();
        web.close();
        periodic.close();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
        InFlight inFlight = workers.inFlight();
        LOG.info(
                "Waymark is stopping; queries in flight: {}, questions to servers: {}",
                inFlight.queries(),
                inFlight.questions());
        workers.drain(deadline, sockets.areRead());
        ownTable.end(workers.close());
        recording.close();
        accounts.close();
        keptAnswers.save(configuration().cache());
        troubles.report();
        LOG.info("Waymark stops after {}", troubles.summary());
        String marks = troubles.busiestMarks();
        if (!marks.isEmpty()) {
            LOG.info("Queries by connection mark: {}", marks);
        }
        workers.end();
        operators.close();
        stopped.countDown();
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

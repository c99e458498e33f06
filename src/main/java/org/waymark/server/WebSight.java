package org.waymark.server;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.waymark.accounts.Sum;
import org.waymark.cache.AnswerCache;
import org.waymark.log.LogSettings;
import org.waymark.metrics.Durations;
import org.waymark.metrics.MarkTotals;
import org.waymark.metrics.ServerCounts;
import org.waymark.metrics.Snapshot;
import org.waymark.settings.Settings;
import org.waymark.upstream.ServerState;
import org.waymark.web.Sight;
import org.waymark.worker.Workers;

/** What the web server shows of the workers. */
final class WebSight implements Sight {
    /** A loop that has not turned for this long is stuck; a pause of the garbage collector is far shorter. */
    private static final Duration STUCK = Duration.ofSeconds(5);

    private static final Duration WARNINGS = Duration.ofHours(1);

    private final Workers workers;
    private final Supplier<Settings> settings;
    private final Supplier<List<Sum>> accounts;
    private final WatchedMarks watchedMarks;
    private final Instant since = Instant.now();

    /**
     * @param settings tells the settings in force
     * @param accounts tells the bill
     */
    WebSight(Workers workers, Supplier<Settings> settings, Supplier<List<Sum>> accounts, WatchedMarks watchedMarks) {
        this.workers = workers;
        this.settings = settings;
        this.accounts = accounts;
        this.watchedMarks = watchedMarks;
    }

    @Override
    public Instant since() {
        return since;
    }

    @Override
    public Snapshot counts() {
        return Snapshot.of(workers.counters());
    }

    @Override
    public MarkTotals marks() {
        return MarkTotals.of(workers.counters());
    }

    /** Groups may share a server. Two of the same name, which differ in who may certify them, are told together. */
    @Override
    public List<Server> servers() {
        Map<String, List<ServerState>> states = new LinkedHashMap<>();
        Map<String, List<String>> groupsOf = new LinkedHashMap<>();
        for (Settings.Group group : settings.get().groups()) {
            for (ServerState state : workers.serversOf(group)) {
                String name = state.server().toString();
                List<ServerState> itsStates = states.computeIfAbsent(name, added -> new ArrayList<>());
                if (!itsStates.contains(state)) {
                    itsStates.add(state);
                }
                groupsOf.computeIfAbsent(name, added -> new ArrayList<>())
                        .add(group.configured().name());
            }
        }
        return states.entrySet().stream()
                .map(each -> server(each.getKey(), groupsOf.get(each.getKey()), each.getValue()))
                .toList();
    }

    private static Server server(String name, List<String> groups, List<ServerState> states) {
        List<ServerCounts> counts =
                states.stream().flatMap(state -> state.counts().stream()).toList();
        return new Server(
                name,
                groups,
                states.stream().mapToInt(ServerState::downCount).sum(),
                sum(counts, ServerCounts.Count.TRIES),
                sum(counts, ServerCounts.Count.ANSWERS),
                sum(counts, ServerCounts.Count.TIMEOUTS),
                sum(counts, ServerCounts.Count.ERRORS),
                Durations.of(counts.stream().map(ServerCounts::roundTrips).toList()));
    }

    private static long sum(List<ServerCounts> counts, ServerCounts.Count count) {
        return counts.stream().mapToLong(each -> each.get(count)).sum();
    }

    @Override
    public List<Resource> resources() {
        return workers.usage().stream()
                .map(each -> new Resource(each.limit(), each.used(), each.max()))
                .toList();
    }

    @Override
    public List<Ports> ports() {
        return workers.ports().stream()
                .map(each -> new Ports(each.transport(), each.family(), each.taken()))
                .toList();
    }

    @Override
    public int questions() {
        return workers.pulses().inFlight().questions();
    }

    @Override
    public CacheUse cache() {
        AnswerCache cache = workers.cache();
        return new CacheUse(cache.entries(), cache.used(), cache.size());
    }

    @Override
    public List<Account> accounts() {
        return accounts.get().stream()
                .filter(sum -> !sum.name().isEmpty())
                .map(WebSight::account)
                .toList();
    }

    private static Account account(Sum sum) {
        return new Account(
                sum.name(),
                sum.mark(),
                sum.traffic().internet().bytes(),
                sum.traffic().clientDns().bytes(),
                sum.traffic().internet().bytes() + sum.ended().internet().bytes(),
                sum.traffic().clientDns().bytes() + sum.ended().clientDns().bytes(),
                sum.quotaBytes() == 0 ? Optional.empty() : Optional.of(sum.quotaBytes()));
    }

    @Override
    public List<Warning> warnings() {
        return LogSettings.latestWarnings().since(Instant.now().minus(WARNINGS)).stream()
                .map(each -> new Warning(each.at(), each.message()))
                .toList();
    }

    @Override
    public Watched watch(int mark) {
        return watchedMarks.look(mark);
    }

    @Override
    public Optional<String> fault() {
        List<Duration> silences = workers.pulses().silences();
        return Stream.iterate(0, i -> i < silences.size(), i -> i + 1)
                .filter(i -> silences.get(i).compareTo(STUCK) > 0)
                .map(i -> "worker " + (i + 1) + " has not turned for "
                        + silences.get(i).toSeconds() + " s")
                .findFirst();
    }

    @Override
    public Optional<String> hindrance() {
        Settings.Group group = settings.get().groups().get(0);
        String name = group.configured().name();
        List<ServerState> servers = workers.serversOf(group);
        if (servers.isEmpty()) {
            return Optional.of("the group " + name + " has no server yet");
        }
        return servers.stream().anyMatch(ServerState::isUp)
                ? Optional.empty()
                : Optional.of("no server of the group " + name + " answers");
    }
}

package org.waymark.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.waymark.cache.AnswerCache;
import org.waymark.cache.CacheAccess;
import org.waymark.cache.CacheRules;
import org.waymark.cache.Claims;
import org.waymark.cache.Views;
import org.waymark.dns.SipHash;
import org.waymark.forward.Forwarder;
import org.waymark.forward.InFlight;
import org.waymark.forward.QueryEndings;
import org.waymark.forward.QueryObserver;
import org.waymark.forward.ServerGroup;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.MarkMask;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.metrics.MarkTotals;
import org.waymark.metrics.Snapshot;
import org.waymark.names.Action;
import org.waymark.policy.Policy;
import org.waymark.policy.Routes;
import org.waymark.policy.Rule;
import org.waymark.ports.PortLedgers;
import org.waymark.ports.PortRules;
import org.waymark.upstream.QuestionObserver;
import org.waymark.upstream.ServerAccess;
import org.waymark.upstream.UpstreamSockets;
import org.waymark.watch.Looks;

/** One worker of Waymark between simulated clients and servers, in simulated time. */
final class World {
    /** How long a port that conntrack remembers is held. */
    static final Duration HOLD = Duration.ofSeconds(125);

    /** What may happen to a query that no server answers; each has its own counter. */
    private static final Set<Count> GIVEN_UP = Set.of(
            Count.SERVER_FAILURES,
            Count.QUERIES_IN_FLIGHT_LIMIT,
            Count.QUERIES_PER_CLIENT_LIMIT,
            Count.OVERLOAD,
            Count.QUERIES_PER_QUESTION_LIMIT,
            Count.UPSTREAM_SOCKETS_LIMIT,
            Count.FILES_SHORT,
            Count.PORTS_SHORT);

    private static final int CLIENTS = 5;

    /** Deadlines expire up to two ticks late, and the process may be held up several times. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final RandomGenerator random;
    private final Scenario scenario;
    private final SimulatedLoop loop;
    private final Faults faults;
    private final List<Site> sites = new ArrayList<>();
    private final Internet internet;
    private final Host host;
    private final Counters counters = new Counters();
    private final Looks looks = new Looks(counters, -1, -1);
    private final UpstreamSockets upstreams;
    private final ServerGroup group;
    private final Forwarder forwarder;
    private final AnswerCache answerCache;
    private final Views views = new Views();
    private final Set<Integer> asksSites = new HashSet<>();
    private final CacheRules cacheRules;
    private int shareMask = -1;
    private final List<Asked> asked = new ArrayList<>();
    private final List<Asked> open = new ArrayList<>();
    private long changedServersAt;
    private ServerGroup.Tries tries;

    /** What the policy adds to every mark, modulo 2 in each bit. */
    private int change;

    World(RandomGenerator random, Scenario scenario) {
        this.random = random;
        this.scenario = scenario;
        loop = new SimulatedLoop(random);
        faults = new Faults(random);
        for (int number = 1; number <= scenario.servers(); number++) {
            boolean tcpOnly = random.nextInt(scenario.tcpOnly()) == 0;
            sites.add(new Site(loop, random, number, tcpOnly, scenario.mayForge()));
        }
        internet = new Internet(loop, random, sites);
        host = new Host(loop, random, faults, internet);
        upstreams = new UpstreamSockets(
                loop, scenario.limits(), ports(), host, random, counters, looks, QuestionObserver.NONE);
        tries = scenario.tries();
        group = new ServerGroup(List.of(), tries, random);
        answerCache = new AnswerCache(scenario.cacheBytes(), SipHash.drawnFrom(random));
        cacheRules = cacheRules(random);
        forwarder = new Forwarder(
                loop,
                upstreams,
                policy(),
                List.of(group),
                List.of(),
                new CacheAccess(answerCache, cacheRules, counters),
                new Claims(),
                scenario.queryLimits(),
                counters,
                (addition, done) -> true,
                new QueryEndings(loop::nanoTime, counters, QueryObserver.NONE));
        servers(sites);
        host.othersTake(scenario.othersPorts(), sites);
    }

    private static CacheRules cacheRules(RandomGenerator random) {
        Duration least = Duration.ofSeconds(random.nextBoolean() ? 0 : random.nextInt(10));
        Duration stale = Duration.ofSeconds(random.nextBoolean() ? 0 : random.nextInt(60));
        return CacheRules.of(least, least.plusSeconds(1 + random.nextInt(30)), stale, Set.of());
    }

    /** Tells the group's views from those that had other servers, or other bits of marks. */
    private void shareAnswers() {
        String servers = group.servers().stream()
                .map(server -> server.state().server().toString())
                .collect(Collectors.joining(" "));
        group.shareAnswers(views.number("group", servers, shareMask), shareMask);
    }

    /** Removes some of the answers that are kept. */
    void flush() {
        answerCache.remove(kept -> random.nextBoolean());
    }

    private Policy policy() {
        Rule rule = new Rule(
                1,
                MarkMask.parse("0/0"),
                null,
                new MarkMask(change, 0),
                Rule.BY_DOMAIN,
                Action.FORWARD,
                List.of(),
                false,
                List.of(),
                false,
                0);
        return new Policy(-1, false, 0, List.of(rule), new Routes(1, Map.of()));
    }

    private PortLedgers ports() {
        BitSet reserved = new BitSet();
        reserved.set(1024, scenario.portsAreFew() ? 65_400 : 2_000);
        return new PortLedgers(loop::nanoTime, new PortRules(HOLD, HOLD, reserved));
    }

    /** All servers, in the list or not. */
    List<Site> sites() {
        return sites;
    }

    Internet internet() {
        return internet;
    }

    Host host() {
        return host;
    }

    Faults faults() {
        return faults;
    }

    /** Lets time pass. */
    void pass(Duration time) {
        loop.run(time.toNanos());
    }

    /** Changes the servers, as a change of resolv.conf may. */
    void servers(List<Site> wanted) {
        List<ServerAccess> gone = new ArrayList<>(group.servers());
        List<ServerAccess> next = new ArrayList<>();
        for (Site site : wanted) {
            ServerAccess present = gone.stream()
                    .filter(server -> server.state() == site.state())
                    .findFirst()
                    .orElseGet(() -> upstreams.accessTo(site.state()));
            gone.remove(present);
            next.add(present);
        }
        group.adopt(next, tries);
        shareAnswers();
        asksSites.clear();
        wanted.forEach(site -> asksSites.add(site.number()));
        open.forEach(query -> query.expected().sites().addAll(asksSites));
        changedServersAt = loop.nanoTime();
        gone.forEach(upstreams::retire);
    }

    /** Changes the settings, as another configuration may: the marks that go out, times and limits. */
    void adoptOthers() {
        change = random.nextInt(4);
        tries = scenario.otherTries(random);
        scenario.queryLimits().queries().max(10 + random.nextInt(200));
        scenario.limits().sockets().max(1 + random.nextInt(60));
        group.adopt(group.servers(), tries);
        shareMask = random.nextBoolean() ? -1 : random.nextInt();
        shareAnswers();
        forwarder.adopt(policy(), List.of(group));
    }

    /** Lets a client ask; sometimes it asks what others have asked just before. */
    Asked ask(int mark, boolean overTcp) {
        byte[] message = question(random.nextInt(1 << 16), mark ^ change);
        long dueAt = loop.nanoTime() + longestAnswer().toNanos();
        Expected expected = new Expected(loop, mark ^ change, shareMask, cacheRules, new HashSet<>(asksSites));
        Asked query = new Asked(message, overTcp, random.nextInt(CLIENTS), loop.nanoTime(), dueAt, expected);
        asked.add(query);
        open.add(query);
        long refused = refusedForWantOfSockets();
        forwarder.take(query, Questions.read(message), ConnectionMark.known(mark));
        forwarder.answerTaken();
        if (refusedForWantOfSockets() > refused && !overTcp) {
            checkRefusal(mark ^ change);
        }
        return query;
    }

    /** A question that is new, that others have just asked, or that is asked again and again. */
    private byte[] question(int id, int mark) {
        if (scenario.cacheBytes() > 0 && random.nextBoolean()) {
            int popular = random.nextInt(scenario.popular());
            return random.nextBoolean() ? Questions.queryOfAll(id, popular) : Questions.query(id, popular, mark);
        }
        int number = asked.size() - (random.nextInt(4) == 0 ? random.nextInt(3) : 0);
        return Questions.query(id, number, mark);
    }

    /** The time within which a query is answered, even if nobody can answer it. */
    Duration longestAnswer() {
        return scenario.totalTimeout().plusNanos(LATE_NANOS);
    }

    private long refusedForWantOfSockets() {
        return counters.get(Count.UPSTREAM_SOCKETS_LIMIT)
                + counters.get(Count.FILES_SHORT)
                + counters.get(Count.PORTS_SHORT);
    }

    /**
     * Checks a refusal: if no socket can be opened, an open one must serve, even if its time is over. (A socket whose ids somebody guesses
     * must not.)
     */
    private void checkRefusal(int mark) {
        if (scenario.mayForge() || scenario.attempts() < sites.size()) {
            return;
        }
        Set<Endpoint> overUdp = group.servers().stream()
                .map(server -> server.state().server())
                .filter(server -> !server.tcpOnly())
                .map(server -> Endpoint.of(server.address()))
                .collect(Collectors.toSet());
        Promise.hold(
                !host.hasUdpSocket(mark, overUdp, changedServersAt),
                "a query of mark %d is refused, and there is a socket for it",
                mark);
    }

    /** How often something was counted. */
    long count(Count count) {
        return counters.get(count);
    }

    /** Checks what must hold at any time. */
    void check() {
        Promise.hold(count(Count.SERVER_MARK_LOST) + count(Count.SERVER_NOT_TRACKED) == 0, "a mark is said to be lost");
        sites.forEach(Site::check);
        open.forEach(query -> query.checkTime(loop.nanoTime()));
        open.removeIf(Asked::isAnswered);
        InFlight inFlight = forwarder.inFlight();
        Promise.hold(inFlight.queries() == open.size(), "%d queries wait, and %s are in flight", open.size(), inFlight);
    }

    /** Stops, perhaps in the middle of work. Then everybody has an answer, and nothing is left. */
    void stop() {
        forwarder.stop();
        open.forEach(query -> Promise.hold(query.isAnswered(), "it has stopped without an answer to %s", query));
        upstreams.close();
        pass(Duration.ofMinutes(5));
        Promise.hold(host.openSockets() == 0, "%d sockets are open after the end", host.openSockets());
        checkCounts();
        answerCache.close();
    }

    private void checkCounts() {
        long byServers = asked.stream().filter(Asked::isAnsweredByServer).count();
        long givenUp = GIVEN_UP.stream().mapToLong(counters::get).sum();
        Promise.hold(
                counters.get(Count.SUSPECTED_FORGERIES) <= host.udpSockets(), "a socket is given up more than once");
        Snapshot counted = Snapshot.of(List.of(counters));
        Promise.hold(counted.get(Count.MARK_KNOWN) == asked.size(), "not every query is counted");
        MarkTotals marks = MarkTotals.of(List.of(counters));
        Promise.hold(marks.queries() == asked.size(), "not every query is counted with its mark");
        Promise.hold(
                byServers + givenUp == asked.size(),
                "%d queries were answered by servers and %d given up, of %d",
                byServers,
                givenUp,
                asked.size());
    }
}

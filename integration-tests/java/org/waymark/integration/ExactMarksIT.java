package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.Answer;
import org.waymark.lab.Crowd;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Measurement;
import org.waymark.lab.Message;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpCrowd;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.Waiting;

/** Every packet of up to 4,096 marks has its mark, by the kernel's own account. */
class ExactMarksIT {
    private static final int IN_FLIGHT = 300;
    /** What the Java runtime opens when it comes to it. */
    private static final int SPARE_FILES = 20;

    private static final Duration SOCKET_LIFE = Duration.ofSeconds(2);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void answerInAnyOrder() {
        LAB.rules();
        STUB.reset();
        STUB.plays(STUB.afterBetween(Duration.ofMillis(1), Duration.ofMillis(50), StubServer.ANSWER));
    }

    @ParameterizedTest
    @CsvSource({
        "CONNTRACK, 1, IPV4, 1000",
        "CONNTRACK, 1, IPV6, 1000",
        "CONNTRACK, 32, IPV4, 4000",
        "CONNTRACK, 32, IPV6, 4000",
        "CONNTRACK, 1024, IPV4, 5000",
        "CONNTRACK, 1024, IPV6, 5000",
        "CONNTRACK, 4096, IPV6, 8000",
        "LOOK_UP, 32, IPV4, 4000",
        "LOOK_UP, 1024, IPV6, 5000",
        "PACKET, 32, IPV4, 4000",
        "PACKET, 1024, IPV4, 5000",
        "PACKET, 1024, IPV6, 5000"
    })
    void everyPacketHasItsMarkOverUdp(MarkSource source, int marks, Family family, int queries) throws IOException {
        MarkedClients clients = settle(marks);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(family).marksFrom(source));
                TruthMeter meter = TruthMeter.on(LAB)) {
            assertEquals(allRight(queries), ask(clients, family, queries, clients.ownNames()), forwarder::log);
            Measurement measured = meter.measurement();
            String scenario = title(marks) + "UDP, " + family + source.title();
            ExactMarksTable.addExact(scenario, queries, measured);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONNTRACK, 1, IPV4, 100",
        "CONNTRACK, 1, IPV6, 100",
        "CONNTRACK, 32, IPV4, 40",
        "CONNTRACK, 32, IPV6, 40",
        "CONNTRACK, 1024, IPV4, 2",
        "CONNTRACK, 1024, IPV6, 2",
        "CONNTRACK, 4096, IPV6, 1",
        "PACKET, 32, IPV6, 40",
        "PACKET, 1024, IPV4, 2"
    })
    void everyPacketHasItsMarkOverTcp(MarkSource source, int marks, Family family, int rounds) {
        MarkedClients clients = settle(marks);
        int queries = rounds * clients.size();
        Setup setup = setup(family).marksFrom(source).with("limits", "upstream-idle = \"1s\"");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            TcpCrowd crowd = TcpCrowd.of(LAB, clients.addresses(family), family.gateway());
            assertEquals(allRight(queries), crowd.ask(rounds, 20, clients.ownNames()), forwarder::log);
            Measurement measured = meter.measurement();
            String scenario = title(marks) + "TCP, " + family + source.title();
            ExactMarksTable.addExact(scenario, queries, measured);
        }
    }

    /** Each client asks twice for each of its names over UDP, and then for others over TCP. */
    @ParameterizedTest
    @CsvSource({"CONNTRACK, 32, IPV4, 60", "CONNTRACK, 1024, IPV6, 2", "PACKET, 1024, IPV4, 2"})
    void everyPacketHasItsMarkWithTheCache(MarkSource source, int marks, Family family, int rounds) throws IOException {
        MarkedClients clients = settle(marks);
        int names = rounds * clients.size();
        int twice = 2 * names;
        Setup setup = setup(family).marksFrom(source).with("cache", "size = \"16MiB\"");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB);
                Crowd crowd = Crowd.of(LAB, clients.addresses(family), family.gateway())) {
            crowd.expecting((client, query, answer) ->
                    Answer.differenceOfKept(Message.answerTo(query), answer, Waiting.PATIENCE.toSeconds()) == null);
            Crowd.Result answers =
                    crowd.ask(twice, IN_FLIGHT, number -> clients.ownNames().apply(number % names));
            assertEquals(allRight(twice), answers, forwarder::log);
            TcpCrowd overTcp = TcpCrowd.of(LAB, clients.addresses(family), family.gateway());
            assertEquals(
                    allRight(names),
                    overTcp.ask(rounds, 20, number -> "t" + clients.ownNames().apply(number)),
                    forwarder::log);
            Measurement measured = meter.measurement();
            measured.assertExact(twice);
            assertTrue(measured.queries() < twice + names, "nothing was answered from the cache");
            String scenario = title(marks) + "UDP and TCP, " + family + ", with the cache" + source.title();
            ExactMarksTable.add(Forwarders.WAYMARK, scenario, twice + names, measured.packets(), measured.wrong());
        }
    }

    @ParameterizedTest
    @CsvSource({"CONNTRACK, 32, 4000", "CONNTRACK, 1024, 5000", "PACKET, 1024, 5000"})
    void everyPacketHasItsMarkWhenPort53IsRedirected(MarkSource source, int marks, int queries) throws IOException {
        MarkedClients clients = settle(marks);
        LAB.redirect(53);
        try (Forwarder forwarder =
                        Forwarders.WAYMARK.start(LAB, setup(Family.IPV4).marksFrom(source));
                TruthMeter meter = TruthMeter.on(LAB);
                Crowd crowd = Crowd.of(LAB, clients.addresses(Family.IPV4), Family.IPV4.elsewhere())) {
            assertEquals(allRight(queries), crowd.ask(queries, IN_FLIGHT, clients.ownNames()), forwarder::log);
            Measurement measured = meter.measurement();
            String scenario = title(marks) + "UDP, port 53 redirected" + source.title();
            ExactMarksTable.addExact(scenario, queries, measured);
        }
    }

    /** Each client asks for each name, and all for the same one at about the same time. */
    @ParameterizedTest
    @CsvSource({
        "CONNTRACK, 32, IPV4, 100",
        "CONNTRACK, 32, IPV6, 100",
        "CONNTRACK, 1024, IPV4, 4",
        "PACKET, 32, IPV4, 100",
    })
    void eachMarkAsksForItselfWhenManyAskForTheSameNameAtOnce(MarkSource source, int marks, Family family, int names)
            throws IOException {
        MarkedClients clients = settle(marks);
        int queries = names * clients.size();
        Setup setup = setup(family).marksFrom(source).with("limits", "queries-per-question = 10000");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            assertEquals(allRight(queries), ask(clients, family, queries, clients.sharedNames()), forwarder::log);
            Measurement measured = meter.measurement();
            measured.assertExact((long) names * (marks + 1));
            assertEquals(names, measured.marksOfNames().size());
            measured.marksOfNames().forEach((name, counts) -> assertEachMarkAskedOnce(clients, name, counts));
            ExactMarksTable.add(
                    Forwarders.WAYMARK,
                    title(marks) + "UDP, " + family + ", the same name at once" + source.title(),
                    queries,
                    measured.packets(),
                    clients.countWithoutTheirMark(names, measured));
        }
    }

    @ParameterizedTest
    @CsvSource({"CONNTRACK, IPV4", "CONNTRACK, IPV6", "PACKET, IPV4"})
    void eachMarkAsksForItselfWhenManyAskForTheSameNameAtOnceOverTcp(MarkSource source, Family family) {
        MarkedClients clients = settle(32);
        int names = 40;
        int queries = names * clients.size();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(family).marksFrom(source));
                TruthMeter meter = TruthMeter.on(LAB)) {
            TcpCrowd crowd = TcpCrowd.of(LAB, clients.addresses(family), family.gateway());
            assertEquals(allRight(queries), crowd.ask(names, clients.size(), clients.sharedNames()), forwarder::log);
            Measurement measured = meter.measurement();
            measured.assertExact(names * (32 + 1L));
            assertEquals(names, measured.marksOfNames().size());
            measured.marksOfNames().forEach((name, counts) -> assertEachMarkAskedOnce(clients, name, counts));
            ExactMarksTable.add(
                    Forwarders.WAYMARK,
                    title(32) + "TCP, " + family + ", the same name at once" + source.title(),
                    queries,
                    measured.packets(),
                    clients.countWithoutTheirMark(names, measured));
        }
    }

    /** First over UDP, then over TCP, and then over UDP with other marks: the ports that are held by then leave room for more. */
    @Test
    void filesPortsAndMemoryAreBackAfterManyMarksHaveComeAndGone() throws IOException {
        MarkedClients clients = settle(4096);
        int overUdp = 2 * clients.size();
        int overTcp = clients.size();
        Setup setup = setup(Family.IPV4).with("limits", "upstream-idle = \"1s\"");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            int filesBefore = forwarder.openFiles();
            assertEquals(allRight(overUdp), ask(clients, Family.IPV4, overUdp, clients.ownNames()), forwarder::log);
            TcpCrowd crowd = TcpCrowd.of(LAB, clients.addresses(Family.IPV4), Family.IPV4.gateway());
            assertEquals(allRight(overTcp), crowd.ask(1, 20, clients.ownNames()), forwarder::log);
            Waiting.until(
                    Waiting.PATIENCE,
                    "the sockets upstream are closed",
                    () -> forwarder.openFiles() <= filesBefore + SPARE_FILES
                            && LAB.exec(
                                            Host.GATEWAY,
                                            "ss",
                                            "-Htuan",
                                            "state",
                                            "connected",
                                            "exclude",
                                            "time-wait",
                                            "dport",
                                            "=",
                                            "53")
                                    .orFail()
                                    .isBlank());
            MarkedClients exchanged = clients.exchanged();
            exchanged.settleIn(LAB);
            assertEquals(allRight(overUdp), ask(exchanged, Family.IPV4, overUdp, exchanged.ownNames()), forwarder::log);
            Measurement measured = meter.measurement();
            int queries = 2 * overUdp + overTcp;
            ExactMarksTable.addExact(title(4096) + "UDP and TCP, IPv4", queries, measured);
            assertUnmarkedShareTheirPorts();
            assertTrue(
                    forwarder.residentMebibytes() <= 150,
                    () -> forwarder.residentMebibytes() + " MiB are resident after 4,096 marks");
        }
    }

    /** Those with a mark ask twice at most. A socket takes new questions for two seconds, and no more than 32 at a time. */
    private static void assertUnmarkedShareTheirPorts() {
        List<StubServer.Seen> queries = STUB.seen().stream()
                .filter(query -> !query.tcp() && query.name().contains(".m0."))
                .toList();
        long nanos = queries.get(queries.size() - 1).nanoTime() - queries.get(0).nanoTime();
        int atOnce = IN_FLIGHT / 32 + Runtime.getRuntime().availableProcessors();
        long most = atOnce * (2 + Duration.ofNanos(nanos).dividedBy(SOCKET_LIFE));
        long ports =
                queries.stream().map(query -> query.from().getPort()).distinct().count();
        assertTrue(
                ports <= most,
                () -> queries.size() + " queries without a mark used " + ports + " ports, not " + most + " at most");
    }

    private static MarkedClients settle(int marks) {
        MarkedClients clients = MarkedClients.with(marks);
        clients.settleIn(LAB);
        return clients;
    }

    private static String title(int marks) {
        return marks == 1 ? "1 mark, " : "%,d marks, ".formatted(marks);
    }

    private static Setup setup(Family family) {
        return Setup.wildcard().servers(family.upstream(53)).tries("5s", 3);
    }

    private static Crowd.Result ask(MarkedClients clients, Family family, int queries, IntFunction<String> names)
            throws IOException {
        try (Crowd crowd = Crowd.of(LAB, clients.addresses(family), family.gateway())) {
            return crowd.ask(queries, IN_FLIGHT, names);
        }
    }

    private static Crowd.Result allRight(int queries) {
        return new Crowd.Result(queries, 0, List.of());
    }

    /** Several unmarked clients share one query, or two, because the workers do not know each other's. */
    private static void assertEachMarkAskedOnce(MarkedClients clients, String name, Map<Long, Integer> counts) {
        IntStream.rangeClosed(1, clients.size())
                .mapToLong(clients::markOf)
                .forEach(mark -> assertTrue(
                        counts.containsKey(mark) && (mark == 0 || counts.get(mark) == 1),
                        () -> name + " with mark " + mark + ": " + counts));
    }
}

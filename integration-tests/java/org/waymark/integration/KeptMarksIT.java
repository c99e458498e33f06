package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Query;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.RepeatedCommand;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.Waiting;
import org.waymark.watch.Pace;

/**
 * On a gateway that keeps marks the log tells of no lost one, whatever else happens there. Each test mostly waits, so some run at the same
 * time, each with a gateway of its own.
 */
@Execution(ExecutionMode.CONCURRENT)
class KeptMarksIT {
    /** As long as it takes at most to tell of a lost mark. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);

    /** Each time that Waymark may look at a connection, there is one of each kind. */
    private static final Duration ROUND = Duration.ofNanos(Pace.TICK_NANOS);

    private static final int LEAST_LOOKS = 4;
    private static final Pattern KEPT =
            Pattern.compile("(\\d+) sampled connections to servers with the mark of the query");

    @AutoClose
    private final Lab lab = Lab.up();

    @AutoClose
    private final StubServer stub = StubServer.on(lab, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void answerInAnyOrder() {
        lab.rules("--many");
        stub.plays(stub.afterBetween(Duration.ofMillis(1), Duration.ofMillis(20), StubServer.ANSWER));
    }

    @ParameterizedTest
    @CsvSource({
        "CONNTRACK, --nft",
        "LOOK_UP, --nft",
        "PACKET, --nft",
        "CONNTRACK, --many",
        "LOOK_UP, --many",
        "PACKET, --many"
    })
    void rulesOfTheRecipe(MarkSource source, String format) {
        lab.rules("--many", format);
        assertNothingTold(setup(source), forwarder -> ask());
    }

    @ParameterizedTest
    @EnumSource
    void conntrackIsFlushedAllTheTime(MarkSource source) {
        assertNothingTold(
                setup(source),
                forwarder -> RepeatedCommand.during(lab, Host.GATEWAY, "conntrack -F", "0.02", this::ask));
    }

    /** As a portal does when somebody logs in: the mark changes between a query and its answer, but is not lost. */
    @ParameterizedTest
    @EnumSource
    void marksOfClientsChangeAllTheTime(MarkSource source) {
        String change = "for m in 201 202; do conntrack -U -p udp --orig-port-dst 53 -s 192.168.111.101 -m $m; done;"
                + " conntrack -U -p tcp --orig-port-dst 53 -s 192.168.111.102 -m 203; true";
        assertNothingTold(
                setup(source), forwarder -> RepeatedCommand.during(lab, Host.GATEWAY, change, "0.01", this::ask));
    }

    @ParameterizedTest
    @CsvSource({"LOOK_UP", "CONNTRACK"})
    void bitOfTheHostThatWaymarkDoesNotCarry(MarkSource source) {
        lab.shell(Host.GATEWAY, "iptables -t mangle -I OUTPUT -d 10.99.0.53 -j MARK --or-mark 0x1000");
        assertNothingTold(setup(source).with("mark", "mask = 0xff"), forwarder -> ask());
    }

    /** Waymark's own table sees the packet before it gets another destination. */
    @ParameterizedTest
    @CsvSource({"LOOK_UP", "CONNTRACK"})
    void serversGetAnotherDestination(MarkSource source) {
        lab.shell(
                Host.GATEWAY,
                "iptables -t nat -A OUTPUT -p udp -d 10.99.0.54 --dport 53 -j DNAT --to-destination 10.99.0.53");
        assertNothingTold(Setup.wildcard().servers(Family.IPV4.upstream(54)).marksFrom(source), forwarder -> ask());
    }

    /** As before anybody has logged in. */
    @ParameterizedTest
    @EnumSource
    void noClientHasAMark(MarkSource source) {
        lab.rules();
        Pattern hint = Pattern.compile("INFO none of the first \\d+ queries had a mark; ");
        String log = assertNothingTold(setup(source), forwarder -> {
            ask();
            Waiting.until(Waiting.PATIENCE, "the log tells that no query has a mark", () -> {
                askOnce();
                return hint.matcher(forwarder.log()).find();
            });
        });

        assertFalse(Pattern.compile("WARN .*waymark doctor").matcher(log).find(), log);
    }

    /** It has the mark 0 like any other of this client. */
    @ParameterizedTest
    @CsvSource({"LOOK_UP", "CONNTRACK"})
    void oldTcpConnectionBeginsAgainWithAnAnswer(MarkSource source) {
        InetSocketAddress gateway = Family.IPV4.gateway();
        assertNothingTold(setup(source), forwarder -> {
            try (TcpClient client = TcpClient.connect(lab, Family.IPV4.client(151), gateway)) {
                stub.plays(stub.after(Duration.ofSeconds(1), StubServer.ANSWER));
                client.send(Query.of("held.example", Query.TXT).bytes(1));
                Waiting.until(Waiting.PATIENCE, "the query at the server", () -> !stub.seen("held.example")
                        .isEmpty());
                lab.shell(Host.GATEWAY, "conntrack -F");
                assertTrue(client.receive().isPresent());
                assertEquals(
                        0,
                        lab.conntrack()
                                .markOf(true, gateway, client.localAddress())
                                .orElseThrow());

                stub.plays(stub.after(Duration.ofMillis(250), StubServer.ANSWER));
                long end = System.nanoTime() + LONG_ENOUGH.toNanos();
                while (System.nanoTime() < end) {
                    client.ask(Query.of("later.example", Query.TXT).bytes(2));
                    RecipeClients.askOverUdp(lab, gateway, RecipeClients.count(), 20);
                }
            }
        });
    }

    private static Setup setup(MarkSource source) {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53), Family.IPV6.upstream(53))
                .with("upstream", "strategy = \"spread\"")
                .marksFrom(source);
    }

    /** All clients ask for as long as it takes to find a lost mark. */
    private void ask() {
        long end = System.nanoTime() + LONG_ENOUGH.toNanos();
        while (System.nanoTime() < end) {
            long next = System.nanoTime() + ROUND.toNanos();
            askOnce();
            Waiting.until(Waiting.PATIENCE, "the next round", () -> System.nanoTime() >= next);
        }
    }

    private void askOnce() {
        for (Family family : Family.values()) {
            RecipeClients.askOverUdp(lab, family.gateway(), RecipeClients.count(), 20);
            RecipeClients.askOverTcp(lab, family.gateway(), 1);
        }
    }

    /** Returns the log. */
    private String assertNothingTold(Setup setup, Consumer<Forwarder> work) {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(lab, setup)) {
            work.accept(forwarder);
            forwarder.terminate();
            forwarder.awaitExit(Waiting.PATIENCE);
            List<String> told = forwarder
                    .log()
                    .lines()
                    .filter(line -> line.contains("run waymark doctor") || line.contains("had one just before"))
                    .toList();
            assertEquals(List.of(), told, forwarder::log);
            assertTrue(looks(forwarder.log()) >= LEAST_LOOKS, forwarder::log);
            return forwarder.log();
        }
    }

    private static int looks(String log) {
        Matcher found = KEPT.matcher(log);
        return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }
}

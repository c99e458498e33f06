package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.MarkedConnections;
import org.waymark.lab.Measurement;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.Waiting;

/**
 * Answers carry marks, and a portal changes that of a client's connection at any time: the rule that saves the marks of what leaves
 * must not bring the old one back.
 */
class AnswerMarksUnderChangeIT {
    private static final Duration SOON = Waiting.PATIENCE;
    private static final int ROUNDS = 3;
    private static final Pattern SENT =
            Pattern.compile("10\\.60\\.0\\.(\\d+) \\. (0x[0-9a-f]+) counter packets (\\d+)");

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    private final MarkedClients before = MarkedClients.with(32);
    private final MarkedClients after = before.exchanged();

    /** How many packets were sent to a client with a mark. */
    private record Sent(int client, long mark, int count) {}

    @BeforeEach
    void collectTheMarksOfAnswers() {
        LAB.rules();
        STUB.reset();
        before.settleIn(LAB);
        LAB.loadNft(Host.GATEWAY, """
                table inet answers
                delete table inet answers
                table inet answers {
                    set answers { type ipv4_addr . mark; size 10000; flags dynamic; counter; }
                    set acknowledgements { type ipv4_addr . mark; size 10000; flags dynamic; counter; }
                    chain postrouting {
                        type filter hook postrouting priority 0;
                        oifname "lan" udp sport 53 update @answers { ip daddr . meta mark }
                        oifname "lan" tcp sport 53 tcp flags & psh == psh update @answers { ip daddr . meta mark }
                        oifname "lan" tcp sport 53 tcp flags & (syn | fin | rst | psh | ack) == ack jump bare
                    }
                    chain bare {
                        update @acknowledgements { ip daddr . meta mark }
                    }
                }
                """);
    }

    /** A mark may change to 0 or from it, too. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void connectionKeepsTheMarkThatIsSetWhileItsQueryWaits(boolean overTcp) {
        Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
        STUB.plays((query, line) -> answers.add(() -> StubServer.ANSWER.play(query, line)));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup());
                TruthMeter meter = TruthMeter.on(LAB);
                MarkedConnections clients = MarkedConnections.open(LAB, overTcp, before)) {
            clients.send("early", before::markOf);
            Waiting.until(SOON, "all queries wait", () -> answers.size() == clients.size());
            after.loadRules(LAB);
            clients.mark(after::markOf);
            STUB.plays(StubServer.ANSWER);
            answers.forEach(Runnable::run);
            clients.receive("early", before::markOf);
            List<String> wrong = clients.withoutMark(after::markOf);
            wrong.addAll(answersWithoutMark(after::markOf));
            clients.send("later", after::markOf);
            clients.receive("later", after::markOf);
            assertExact("while queries wait, " + protocol(overTcp), 2 * clients.size(), wrong, meter, forwarder);
        }
    }

    /** The kernel acknowledges what Waymark has not read yet, as a packet of Waymark's socket. */
    @Test
    void connectionKeepsItsMarkWhenTheKernelAcknowledges() {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup());
                TruthMeter meter = TruthMeter.on(LAB);
                MarkedConnections clients = MarkedConnections.open(LAB, true, before)) {
            clients.send("early", before::markOf);
            clients.receive("early", before::markOf);
            after.loadRules(LAB);
            clients.mark(after::markOf);
            LAB.exec(Host.GATEWAY, "nft", "flush", "set", "inet", "answers", "acknowledgements")
                    .orFail();
            clients.write("later", after::markOf, 0, 1);
            Waiting.until(
                    SOON,
                    "the first byte is acknowledged to everybody",
                    () -> sent("acknowledgements").map(Sent::client).distinct().count() == clients.size());
            List<String> wrong = clients.withoutMark(after::markOf);
            clients.write("later", after::markOf, 1, Integer.MAX_VALUE);
            clients.receive("later", after::markOf);
            assertExact("before an acknowledgement, TCP", 2 * clients.size(), wrong, meter, forwarder);
        }
    }

    /** Marks are set while answers leave, some before and some after; nothing else of these connections is on its way. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void connectionKeepsTheMarkThatIsSetWhileAnswersLeave(boolean overTcp) {
        STUB.plays(STUB.afterBetween(Duration.ofMillis(1), Duration.ofMillis(300), StubServer.ANSWER));
        List<String> wrong = new ArrayList<>();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup());
                TruthMeter meter = TruthMeter.on(LAB);
                MarkedConnections clients = MarkedConnections.open(LAB, overTcp, before)) {
            IntToLongFunction due = before::markOf;
            for (int round = 1; round <= ROUNDS; round++) {
                int seen = round * clients.size();
                clients.send("round" + round, due);
                Waiting.until(
                        SOON, "all queries have arrived", () -> STUB.seen().size() == seen);
                int first = 1000 * round;
                clients.mark(client -> first + client);
                clients.receive("round" + round, due);
                due = client -> first + client;
                wrong.addAll(clients.withoutMark(due));
            }
            assertExact("while answers leave, " + protocol(overTcp), ROUNDS * clients.size(), wrong, meter, forwarder);
        }
    }

    private List<String> answersWithoutMark(IntToLongFunction marks) {
        return sent("answers")
                .filter(packets -> packets.mark != marks.applyAsLong(packets.client))
                .map(packets -> packets.count + " answer to client " + packets.client + " has " + packets.mark)
                .toList();
    }

    private static Stream<Sent> sent(String set) {
        return SENT.matcher(LAB.exec(Host.GATEWAY, "nft", "list", "set", "inet", "answers", set)
                        .orFail())
                .results()
                .map(found -> new Sent(
                        Integer.parseInt(found.group(1)),
                        Long.decode(found.group(2)),
                        Integer.parseInt(found.group(3))));
    }

    /**
     * Looks at every packet upstream, too.
     *
     * @param wrong what is wrong towards the clients
     */
    private static void assertExact(
            String scenario, int queries, List<String> wrong, TruthMeter meter, Forwarder forwarder) {
        Measurement measured = meter.measurement();
        assertEquals(
                List.of(),
                wrong,
                () -> wrong.size() + " towards clients, and upstream " + measured.wrong() + " of " + measured.packets()
                        + " packets: " + forwarder.log());
        ExactMarksTable.addExact("Answers marked, marks changed " + scenario, queries, measured);
    }

    private static String protocol(boolean overTcp) {
        return overTcp ? "TCP" : "UDP";
    }

    private static Setup setup() {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53))
                .tries("10s", 1)
                .with("mark", "answers = true");
    }
}

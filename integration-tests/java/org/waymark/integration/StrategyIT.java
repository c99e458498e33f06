package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.Duty;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Which of several servers is asked, and how often. */
class StrategyIT {
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final int NXDOMAIN = 3;
    /** More than the longest time between two probes, too. */
    private static final Duration PATIENCE = Waiting.PATIENCE;

    /** A server that is silent is waited for at least as long, if another may be asked. */
    private static final double SHORTEST_TRY_MILLIS = 300;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer FIRST = StubServer.on(LAB, Family.IPV4.upstream(53));

    @AutoClose
    private static final StubServer SECOND = StubServer.on(LAB, Family.IPV4.upstream(54));

    private int number;

    @BeforeEach
    void answerAsUsual() {
        FIRST.reset();
        SECOND.reset();
    }

    @Test
    void orderedAsksTheFirstServerAlone() {
        try (Forwarder forwarder = start("ordered")) {
            ask(100);
            assertEquals(100, namesAskedFirstOf(FIRST), forwarder::log);
            assertEquals(0, namesAskedFirstOf(SECOND), forwarder::log);
        }
    }

    @Test
    void spreadAsksBothAlike() {
        try (Forwarder forwarder = start("spread")) {
            ask(400);
            long first = namesAskedFirstOf(FIRST);
            assertEquals(400, first + namesAskedFirstOf(SECOND), forwarder::log);
            // Four standard deviations of a fair coin are 40; eight happen once in 10^14 runs.
            assertTrue(Math.abs(first - 200) < 80, () -> first + " of 400");
        }
    }

    @Test
    void fastestAsksTheOneThatAnswersSooner() {
        FIRST.plays(FIRST.after(Duration.ofMillis(200), StubServer.ANSWER));
        try (Forwarder forwarder = start("fastest")) {
            // A single time that a busy machine has stretched counts until the next probe.
            Waiting.until(PATIENCE, "the slow one is hardly asked: " + forwarder.log(), () -> {
                long before = names(FIRST).count();
                ask(50);
                return names(FIRST).count() - before < 10;
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Message.SERVFAIL, Message.REFUSED})
    void nextServerIsAskedWhenOneCouldNotHelp(int rcode) {
        FIRST.plays((seen, line) -> line.send(withRcode(Message.answerTo(seen.bytes()), rcode)));
        try (Forwarder forwarder = start("ordered")) {
            ask(20);
            assertEquals(20, names(FIRST).count(), forwarder::log);
            assertEquals(20, names(SECOND).count(), forwarder::log);
        }
    }

    @Test
    void answerThatANameDoesNotExistIsFinal() {
        FIRST.plays((seen, line) -> line.send(withRcode(Message.answerTo(seen.bytes()), NXDOMAIN)));
        try (Forwarder forwarder = start("ordered");
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            int ofTheFirst = 0;
            for (int i = 0; i < 20; i++) {
                byte[] query = Query.of("none" + i + ".example", Query.A).bytes(i);
                byte[] answer = client.ask(query, GATEWAY).bytes();
                // On a busy machine the first server may take so long that the other one is asked.
                if (SECOND.seen(Message.name(query)).isEmpty()) {
                    assertArrayEquals(withRcode(Message.answerTo(query), NXDOMAIN), answer);
                    ofTheFirst++;
                }
            }
            assertTrue(ofTheFirst > 10, forwarder::log);
        }
    }

    @Test
    void answerOfTheLastServerStandsWhenNoneCouldHelp() {
        StubServer.Script failure =
                (seen, line) -> line.send(withRcode(Message.answerTo(seen.bytes()), Message.SERVFAIL));
        FIRST.plays(failure);
        SECOND.plays(failure);
        try (Forwarder forwarder = start("ordered");
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            byte[] query = Query.of("poor.example", Query.A).bytes(2);
            assertArrayEquals(
                    withRcode(Message.answerTo(query), Message.SERVFAIL),
                    client.ask(query, GATEWAY).bytes(),
                    forwarder::log);
            assertTrue(FIRST.seen().size() <= 3 && SECOND.seen().size() <= 3);
        }
    }

    @Test
    @Duty(18)
    void queryIsSentThreeTimesAtMostToOneServer() {
        FIRST.plays(StubServer.SILENCE);
        SECOND.plays(StubServer.SILENCE);
        Setup setup = setup("ordered").tries("150ms", 16);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            byte[] query = Query.of("thrice.example", Query.A).bytes(3);
            assertEquals(
                    Message.SERVFAIL, Message.rcode(client.ask(query, GATEWAY).bytes()), forwarder::log);
            assertEquals(3, FIRST.seen("thrice.example").size());
            assertEquals(3, SECOND.seen("thrice.example").size());
        }
    }

    @Test
    void silentServerIsLeftOutUntilItAnswersAgainAndTheLogTellsBoth() {
        FIRST.plays(StubServer.SILENCE);
        try (Forwarder forwarder = start("ordered")) {
            // Each worker finds out for itself, and the kernel chooses a worker for each socket: so from many sockets.
            for (int socket = 0; socket < 16; socket++) {
                ask(3);
            }
            Waiting.until(PATIENCE, "the log tells", () -> forwarder
                    .log()
                    .contains("10.99.0.53:53 does not answer with mark "));
            int asked = FIRST.seen().size();
            long start = System.nanoTime();
            ask(50);
            double millis = (System.nanoTime() - start) / 1e6;
            assertTrue(
                    millis < 50 * SHORTEST_TRY_MILLIS / 3,
                    () -> "50 queries took " + millis + " ms: " + forwarder.log());
            assertTrue(FIRST.seen().size() - asked <= 10, "probes alone");

            FIRST.plays(StubServer.ANSWER);
            Waiting.until(PATIENCE, "the first one is asked again", () -> {
                ask(1);
                return forwarder.log().contains("10.99.0.53:53 answers again");
            });
            FIRST.reset();
            SECOND.reset();
            ask(20);
            assertEquals(20, namesAskedFirstOf(FIRST), forwarder::log);
        }
    }

    private static Stream<String> names(StubServer server) {
        return server.seen().stream().map(StubServer.Seen::name).distinct();
    }

    /** Of how many names this server was the first to be asked: when the machine is busy, the other one is asked, too, later. */
    private static long namesAskedFirstOf(StubServer server) {
        StubServer other = server == FIRST ? SECOND : FIRST;
        return names(server)
                .filter(name -> firstAsked(server, name) < firstAsked(other, name))
                .count();
    }

    private static long firstAsked(StubServer server, String name) {
        return server.seen(name).stream()
                .mapToLong(StubServer.Seen::nanoTime)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private void ask(int count) {
        try (UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            for (int i = 0; i < count; i++) {
                number++;
                byte[] query = Query.of("s" + number + ".example", Query.A).bytes(number);
                assertArrayEquals(
                        Message.answerTo(query), client.ask(query, GATEWAY).bytes());
            }
        }
    }

    private static byte[] withRcode(byte[] answer, int rcode) {
        answer[3] |= (byte) rcode;
        return answer;
    }

    private static Setup setup(String strategy) {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53), Family.IPV4.upstream(54))
                .tries("2s", 4)
                .with("upstream", "strategy = \"" + strategy + "\"");
    }

    private static Forwarder start(String strategy) {
        return Forwarders.WAYMARK.start(LAB, setup(strategy));
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.Duty;
import org.waymark.control.ControlClient;
import org.waymark.control.ControlException;
import org.waymark.lab.Answer;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.MarkedSources;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;
import org.waymark.lab.Web;
import org.waymark.lab.Zipf;

/**
 * No answer that was given for one view is ever given to another. The server answers every mark differently: it knows the mark by the
 * address that the gateway's kernel gives to packets with it.
 */
class CachedViewsIT {
    /** In how many queries they are kept apart; more are for runs by hand: {@code -Dcache.queries=1000000}. */
    private static final int QUERIES = Integer.getInteger("cache.queries", 10_000);

    private static final int[] LIVES = {1, 2, 3, 60};
    private static final String SMALL = "1MiB";
    private static final int MARKS = 64;
    private static final int IN_FLIGHT = 300;
    private static final int NAMES = 1_000;
    private static final InetSocketAddress SERVER = Family.IPV4.upstream(53);
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final MarkedClients CLIENTS = MarkedClients.with(MARKS);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, SERVER);

    /** One for all tests: each begins with a reload. */
    @AutoClose
    private static final ReloadedWaymark WAYMARK = ReloadedWaymark.start(LAB, setup("mark", SMALL));

    @BeforeEach
    void telltaleAnswers() {
        LAB.rules();
        CLIENTS.settleIn(LAB);
        MarkedSources.upTo(LAB, CLIENTS.size());
        STUB.reset();
    }

    @AfterEach
    void noFaults() {
        assertEquals(List.of(), WAYMARK.process().ownFaults());
    }

    private static Setup setup(String share, String size) {
        return Setup.wildcard()
                .servers(SERVER)
                .tries("5s", 3)
                .with("cache", "size = \"" + size + "\"")
                .with("cache", "share = \"" + share + "\"")
                .with("cache", "stale = \"1h\"")
                .with("metrics", "listen = \"" + Web.ADDRESS + "\"");
    }

    /** Answers with what was asked for and the mark that it was asked with. */
    private static void answer(int... lives) {
        STUB.plays((query, line) -> line.send(answerTo(query, lives)));
    }

    /** Fails sometimes, so that old answers serve. */
    private static void answerOrFail(int... lives) {
        STUB.plays((query, line) -> line.send(
                Message.id(query.bytes()) % 50 == 0
                        ? Answer.to(query.bytes()).with(Message.SERVFAIL).bytes()
                        : answerTo(query, lives)));
    }

    private static byte[] answerTo(StubServer.Seen query, int... lives) {
        int life = lives[Message.id(query.bytes()) % lives.length];
        return answerTo(query.bytes(), MarkedSources.markOf(query), life);
    }

    /** It is about as large as a client without EDNS takes, so that there is no room for many. */
    private static byte[] answerTo(byte[] query, int mark, int ttl) {
        return Answer.txt(query, Message.name(query) + " for " + mark, ttl)
                .record(3, 65_280, ttl, new byte[400])
                .bytes();
    }

    /** Whether an answer is the one to this query, with the mark of a client that has the same bits in a mask, or only says that the server has failed. */
    private static boolean isForView(int client, byte[] query, byte[] answer, int mask) {
        if (Message.rcode(answer) == Message.SERVFAIL) {
            return Arrays.equals(Answer.to(query).with(Message.SERVFAIL).bytes(), answer);
        }
        String text = Answer.text(answer);
        int mark = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
        int ttl = Answer.ttl(answer);
        return ((mark ^ CLIENTS.markOf(client + 1)) & mask) == 0
                && ttl > 0
                && ttl <= LIVES[LIVES.length - 1]
                && Arrays.equals(answerTo(query, mark, ttl), answer);
    }

    /** Many answers are fetched anew before they are old, there is room for few of them, and sometimes all are dropped. */
    @ParameterizedTest
    @CsvSource({"mark, 0xffffffff", "0xf, 0xf", "group, 0"})
    @Duty(20)
    void noViewIsGivenTheAnswersOfAnother(String share, String mask) throws IOException {
        int bits = Long.decode(mask).intValue();
        int queries = bits == -1 ? QUERIES : Math.min(QUERIES, 3_000);
        long seed = System.nanoTime();
        System.out.println("CachedViewsIT seed " + seed);
        Zipf names = new Zipf(NAMES, new Random(seed));
        answerOrFail(LIVES);
        WAYMARK.reload(setup(share, SMALL));
        double hits = hits();
        double evicted = counted("cache_evicted_total", "");
        double prefetched = counted("cache_prefetches_total", "");
        double stale = counted("answers_total", "source=\"stale\"");
        Disturber disturber = new Disturber(share);
        try (Crowd crowd = Crowd.of(LAB, CLIENTS.addresses(Family.IPV4), GATEWAY)) {
            crowd.expecting((client, query, answer) -> isForView(client, query, answer, bits));
            Crowd.Result result = crowd.ask(queries, IN_FLIGHT, question -> "z" + names.next() + ".example");
            assertEquals(new Crowd.Result(queries, 0, List.of()), result);
        } finally {
            disturber.stop();
        }
        System.out.printf(
                "CachedViewsIT: share = %s: %,d queries, %,.0f answered from the cache and %,.0f by old answers, %,.0f"
                        + " prefetched, %,.0f answers evicted, %d reloads or flushes, 0 wrong%n",
                share,
                queries,
                hits() - hits,
                counted("answers_total", "source=\"stale\"") - stale,
                counted("cache_prefetches_total", "") - prefetched,
                counted("cache_evicted_total", "") - evicted,
                disturber.times);
        assertTrue(hits() > hits && disturber.times > 0, "it was never put to the test");
    }

    private static double hits() {
        return counted("answers_total", "source=\"cache\"");
    }

    private static double counted(String metric, String labels) {
        return new Web(LAB).sum("waymark_" + metric, labels);
    }

    /** Reloads and flushes, which must not matter, for as long as others ask. */
    private static final class Disturber {
        private final Thread thread = new Thread(this::disturb, "disturber");
        private final String share;
        private volatile boolean stopped;
        private int times;

        Disturber(String share) {
            this.share = share;
            thread.start();
        }

        private void disturb() {
            while (!stopped) {
                times++;
                if (times % 4 == 0) {
                    flush(times % 3 == 0 ? Map.of() : Map.of("mark", Integer.toString(times % MARKS)));
                } else {
                    WAYMARK.reload(setup(share, times % 16 == 1 ? "2MiB" : SMALL));
                }
            }
        }

        private static void flush(Map<String, Object> which) {
            try (ControlClient client = ControlClient.connect(WAYMARK.socket())) {
                client.ask("flush", which);
            } catch (ControlException e) {
                throw new AssertionError(e);
            }
        }

        void stop() {
            stopped = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One after the other, each client asks for the same names: the server is asked once for each view. */
    @ParameterizedTest
    @CsvSource({"mark, 0xffffffff", "0x7, 0x7", "group, 0"})
    void thoseWhoMayShareDo(String share, String mask) throws IOException {
        int bits = Long.decode(mask).intValue();
        long views = IntStream.rangeClosed(1, CLIENTS.size())
                .mapToLong(client -> CLIENTS.markOf(client) & bits)
                .distinct()
                .count();
        answer(60);
        WAYMARK.reload(setup(share, SMALL));
        try (Crowd crowd = Crowd.of(LAB, CLIENTS.addresses(Family.IPV4), GATEWAY)) {
            crowd.expecting((client, query, answer) -> isForView(client, query, answer, bits));
            int queries = 3 * CLIENTS.size();
            assertEquals(
                    new Crowd.Result(queries, 0, List.of()),
                    crowd.ask(queries, 1, question -> "s" + question / CLIENTS.size() + "." + share + ".example"));
            assertEquals(3 * views, STUB.seen().size());
        }
    }

    /**
     * All ask at the same time, and the server takes a while. (Two answers may have the same place in the table of those that are waited
     * for, and then one of them may be asked for by each worker.)
     */
    @ParameterizedTest
    @CsvSource({"mark, 65, 8", "group, 1, 0"})
    void whatManyAskForAtOnceIsAskedForOnceInEachView(String share, int views, int mayShareAPlace) throws IOException {
        STUB.plays(STUB.after(
                Duration.ofMillis(300),
                (query, line) -> line.send(answerTo(query.bytes(), MarkedSources.markOf(query), 2))));
        WAYMARK.reload(setup(share, SMALL).with("limits", "queries-per-question = 10000"));
        int bits = share.equals("mark") ? -1 : 0;
        try (Crowd crowd = Crowd.of(LAB, CLIENTS.addresses(Family.IPV4), GATEWAY)) {
            crowd.expecting((client, query, answer) -> isForView(client, query, answer, bits));
            long start = System.nanoTime();
            Crowd.Result result = crowd.ask(1_000, 1_000, question -> "herd." + share + ".example");
            boolean isInTime = System.nanoTime() - start < Duration.ofSeconds(1).toNanos();
            assertEquals(new Crowd.Result(1_000, 0, List.of()), result);
            int asked = STUB.seen().size();
            assertTrue(asked >= views, () -> "the server was asked only " + asked + " times");
            assertTrue(!isInTime || asked <= views + mayShareAPlace, () -> "the server was asked " + asked + " times");
        }
    }

    /** In the last tenth of its life; the server holds the new answer back, and nobody waits for it. */
    @Test
    void oldAnswerIsAskedForOnceBeforeItsEndWithTheMarkOfWhoAsks() {
        int life = 10;
        answer(life);
        WAYMARK.reload(setup("group", SMALL));
        try (UdpClient first = UdpClient.from(LAB, MarkedClients.address(Family.IPV4, 1));
                UdpClient second = UdpClient.from(LAB, MarkedClients.address(Family.IPV4, 3))) {
            byte[] query = Query.of("prefetched.example", Query.TXT).bytes(0);
            long start = System.nanoTime();
            assertEquals("prefetched.example for 1", ask(first, query));
            long stored = System.nanoTime();
            STUB.plays(STUB.after(
                    Duration.ofMillis(300),
                    (seen, to) -> to.send(answerTo(seen.bytes(), MarkedSources.markOf(seen), life))));
            while (STUB.seen().size() == 1) {
                boolean isSurelyOld =
                        System.nanoTime() - stored > Duration.ofSeconds(life).toNanos();
                assertEquals("prefetched.example for " + (isSurelyOld ? 3 : 1), ask(second, query));
            }
            assertTrue(
                    System.nanoTime() - start >= Duration.ofMillis(life * 900L).toNanos(),
                    "asked for anew before the last tenth of its life");
            assertEquals(3, MarkedSources.markOf(STUB.seen().get(1)));
            Waiting.until(Waiting.PATIENCE, "the new answer serves", () -> ask(first, query)
                    .equals("prefetched.example for 3"));
            assertEquals(2, STUB.seen().size());
        }
    }

    private static String ask(UdpClient client, byte[] query) {
        return Answer.text(client.ask(query, GATEWAY).bytes());
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.Duty;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Footprint;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.KernelCounts;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Precedence;
import org.waymark.lab.Setup;
import org.waymark.lab.SteadyLoad;
import org.waymark.lab.SteadyLoad.Asked;
import org.waymark.lab.StubServer;

/** More is asked than the server can answer: what is too much is refused at once, and the rest goes on as before. */
class OverloadIT {
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final int CAPACITY = 2_000;
    /** Half of a try: who is refused later has been waited for in vain. */
    private static final double SOON_MILLIS = 500;

    /** By then the compiler has done most of its work, here and in the forwarder. */
    private static final int WARM_AFTER = 20_000;

    private static final int IN_FLIGHT = 100;
    /** Queries of the one who floods: in a second, where the machine can do as many, and in all. */
    private static final int FLOOD_RATE = 3_000;
    /** Fewer would not fill the table of dnsmasq, which forgets after ten seconds. */
    private static final int LEAST_FLOOD_RATE = 1_500;

    private static final int FLOOD = 15_000;
    private static final long HEAP_LIMIT_KIB = 40_960;
    private static final long SERVERS_MEMORY_NANOS = 100_000_000;

    @AutoClose
    private static final Precedence PRECEDENCE = Precedence.take();

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @BeforeEach
    void answerEverything() {
        STUB.reset();
    }

    @Test
    @Duty(46)
    void tooManyQueriesAreRefusedEarlyAndRecoveryIsImmediate() throws IOException {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().tries("1s", 2))) {
            warmUp();
            STUB.plays(bounded());
            List<Asked> over;
            try (SteadyLoad load =
                    SteadyLoad.start(LAB, clients(101, 140), GATEWAY, 7_000, i -> "o" + i + ".example")) {
                load.untilSecond(10);
                over = load.finish();
            }
            Footprint footprint = Footprint.of(forwarder);
            report("offered 7,000/s", over);
            List<Asked> settled = SteadyLoad.between(over, 4, 10);
            long answered = SteadyLoad.count(settled, each -> each.has(Message.NOERROR));
            assertTrue(answered > 6 * CAPACITY * 0.5, () -> answered + " answered: " + forwarder.log());
            assertTrue(isRefusedEarly(settled), forwarder::log);
            assertTrue(footprint.heapKib() < HEAP_LIMIT_KIB, footprint::toString);

            long droppedBefore = dropped();
            List<Asked> under;
            try (SteadyLoad load =
                    SteadyLoad.start(LAB, clients(101, 140), GATEWAY, 1_000, i -> "u" + i + ".example")) {
                load.untilSecond(3);
                under = load.finish();
            }
            report("then 1,000/s", under);
            assertAllAnswered(SteadyLoad.between(under, 0.5, 3), droppedBefore, forwarder);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    /** dnsmasq refuses nothing until its table is full, and dnsdist never. */
    @ParameterizedTest
    @EnumSource(names = "WAYMARK", mode = EnumSource.Mode.EXCLUDE)
    void othersLeaveWhatIsTooMuchWithoutAnAnswer(Forwarders kind) throws IOException {
        STUB.plays(bounded());
        try (Forwarder forwarder = kind.start(LAB, setup());
                SteadyLoad load = SteadyLoad.start(LAB, clients(101, 140), GATEWAY, 7_000, i -> "p" + i + ".example")) {
            load.untilSecond(2);
            List<Asked> over = load.finish(Duration.ofSeconds(1));
            report(kind + ", offered 7,000/s", over);
            assertFalse(isRefusedEarly(over), forwarder::log);
        }
    }

    /** Whether most are told something, more of them that it is too much than that it failed, and that soon. */
    private static boolean isRefusedEarly(List<Asked> asked) {
        long unanswered = SteadyLoad.count(asked, each -> !each.isAnswered());
        long refused = SteadyLoad.count(asked, each -> each.has(Message.REFUSED));
        long early = SteadyLoad.count(asked, each -> each.has(Message.REFUSED) && each.millis() < SOON_MILLIS);
        long failed = SteadyLoad.count(asked, each -> each.has(Message.SERVFAIL));
        return unanswered < asked.size() * 0.3 && refused > failed && early > refused * 0.9;
    }

    /** dnsmasq keeps every query of the flood, in one table for all clients. */
    @ParameterizedTest
    @EnumSource
    @Duty(36)
    void clientThatFloodsDoesNotTakeTheServiceFromAnother(Forwarders kind) throws IOException {
        STUB.plays((seen, line) -> {
            if (!seen.name().startsWith("flood")) {
                StubServer.ANSWER.play(seen, line);
            }
        });
        Setup setup = setup().tries("1s", 2).with("limits", "queries-in-flight-per-client = 200");
        try (Forwarder forwarder = kind.start(LAB, setup)) {
            int rate = (int) Math.max(LEAST_FLOOD_RATE, Math.min(FLOOD_RATE, warmUp() / 4));
            clientThatFloods(kind, forwarder, rate);
        }
    }

    private static void clientThatFloods(Forwarders kind, Forwarder forwarder, int rate) throws IOException {
        long droppedBefore = dropped();
        try (SteadyLoad flood = SteadyLoad.start(LAB, clients(150, 150), GATEWAY, rate, i -> "flood" + i + ".example");
                SteadyLoad load =
                        SteadyLoad.start(LAB, clients(101, 105), GATEWAY, 200, i -> "calm" + i + ".example")) {
            flood.untilAsked(FLOOD);
            double end = load.seconds();
            List<Asked> calm = load.finish(Duration.ofSeconds(3));
            report(kind + ", others", calm);
            report(kind + ", the one that floods, " + rate + "/s", flood.finish(Duration.ofSeconds(1)));
            List<Asked> late = SteadyLoad.between(calm, end - 1, end);
            long answered = SteadyLoad.count(late, each -> each.has(Message.NOERROR));
            kind.expect(
                    answered > late.size() * 0.7,
                    "answers the others, not " + answered + " of " + late.size() + "; log: " + forwarder.log(),
                    Forwarders.DNSMASQ);
            if (kind == Forwarders.WAYMARK) {
                assertAllAnswered(calm, droppedBefore, forwarder);
            }
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    /** But for what the kernel has dropped because a busy machine let nobody read it in time. */
    private static void assertAllAnswered(List<Asked> asked, long droppedBefore, Forwarder forwarder) {
        long unanswered = SteadyLoad.count(asked, each -> !each.isAnswered());
        long dropped = dropped() - droppedBefore;
        assertEquals(
                asked.size(),
                unanswered + SteadyLoad.count(asked, each -> each.has(Message.NOERROR)),
                () -> "with " + unanswered + " unanswered; " + forwarder.log());
        assertTrue(
                unanswered <= dropped, () -> unanswered + " unanswered, " + dropped + " dropped: " + forwarder.log());
    }

    private static long dropped() {
        return KernelCounts.udp(LAB, Host.GATEWAY, KernelCounts.NO_ROOM)
                + KernelCounts.udp(LAB, Host.CLIENT, KernelCounts.NO_ROOM);
    }

    /** What a start costs, on a slow machine above all, is judged elsewhere. Returns how many queries a second are answered. */
    private static double warmUp() throws IOException {
        try (Crowd crowd = Crowd.of(LAB, clients(101, 140), GATEWAY)) {
            return crowd.rate(WARM_AFTER, IN_FLIGHT, i -> "w" + i + ".example");
        }
    }

    /** Answers as many as it can, and drops the others. Of the time in which it was not asked, or not let run, a little counts. */
    private static StubServer.Script bounded() {
        AtomicLong busyUntil = new AtomicLong(System.nanoTime());
        return (seen, line) -> {
            long now = System.nanoTime();
            long free = busyUntil.updateAndGet(until -> Math.max(until, now - SERVERS_MEMORY_NANOS));
            if (free <= now) {
                busyUntil.addAndGet(1_000_000_000 / CAPACITY);
                StubServer.ANSWER.play(seen, line);
            }
        };
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53));
    }

    private static List<InetAddress> clients(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Family.IPV4::client).toList();
    }

    private static void report(String title, List<Asked> asked) {
        System.out.printf(
                "OverloadIT %s: %d asked, %d answered, %d refused, %d SERVFAIL, %d unanswered, p50 %.1f ms, p99 %.1f ms%n",
                title,
                asked.size(),
                SteadyLoad.count(asked, each -> each.has(Message.NOERROR)),
                SteadyLoad.count(asked, each -> each.has(Message.REFUSED)),
                SteadyLoad.count(asked, each -> each.has(Message.SERVFAIL)),
                SteadyLoad.count(asked, each -> !each.isAnswered()),
                SteadyLoad.percentile(asked, 0.5),
                SteadyLoad.percentile(asked, 0.99));
    }
}

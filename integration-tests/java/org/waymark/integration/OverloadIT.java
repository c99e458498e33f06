package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.Duty;
import org.waymark.lab.Family;
import org.waymark.lab.Footprint;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Setup;
import org.waymark.lab.SteadyLoad;
import org.waymark.lab.SteadyLoad.Asked;
import org.waymark.lab.StubServer;

/** More is asked than the server can answer: what is too much is refused at once, and the rest goes on as before. */
class OverloadIT {
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final int CAPACITY = 2_000;
    private static final double SOON_MILLIS = 100;
    private static final long HEAP_LIMIT_KIB = 40_960;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @Test
    @Duty(46)
    void tooManyQueriesAreRefusedEarlyAndRecoveryIsImmediate() throws IOException {
        STUB.plays(bounded());
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().tries("1s", 2))) {
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
            assertTrue(answered > 6 * CAPACITY * 0.7, () -> answered + " answered: " + forwarder.log());
            assertTrue(isRefusedEarly(settled), forwarder::log);
            assertTrue(footprint.heapKib() < HEAP_LIMIT_KIB, footprint::toString);

            List<Asked> under;
            try (SteadyLoad load =
                    SteadyLoad.start(LAB, clients(101, 140), GATEWAY, 1_000, i -> "u" + i + ".example")) {
                load.untilSecond(3);
                under = load.finish();
            }
            report("then 1,000/s", under);
            List<Asked> soon = SteadyLoad.between(under, 0.5, 3);
            assertEquals(soon.size(), SteadyLoad.count(soon, each -> each.has(Message.NOERROR)), forwarder::log);
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
        try (Forwarder forwarder = kind.start(LAB, setup);
                SteadyLoad flood =
                        SteadyLoad.start(LAB, clients(150, 150), GATEWAY, 3_000, i -> "flood" + i + ".example");
                SteadyLoad load =
                        SteadyLoad.start(LAB, clients(101, 105), GATEWAY, 200, i -> "calm" + i + ".example")) {
            load.untilSecond(5);
            List<Asked> calm = load.finish(Duration.ofSeconds(3));
            report(kind + ", others", calm);
            report(kind + ", the one that floods", flood.finish(Duration.ofSeconds(1)));
            List<Asked> late = SteadyLoad.between(calm, 4, 5);
            long answered = SteadyLoad.count(late, each -> each.has(Message.NOERROR));
            kind.expect(
                    answered > late.size() * 0.7,
                    "answers the others, not " + answered + " of " + late.size() + "; log: " + forwarder.log(),
                    Forwarders.DNSMASQ);
            // Of others the kernel drops what they have not read in time.
            if (kind == Forwarders.WAYMARK) {
                assertEquals(calm.size(), SteadyLoad.count(calm, each -> each.has(Message.NOERROR)), forwarder::log);
            }
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    /** Answers as many as it can in each hundredth of a second, and drops the others. */
    private static StubServer.Script bounded() {
        AtomicInteger inSlice = new AtomicInteger();
        long[] slice = new long[1];
        return (seen, line) -> {
            long now = System.nanoTime() / 10_000_000;
            synchronized (slice) {
                if (slice[0] != now) {
                    slice[0] = now;
                    inSlice.set(0);
                }
            }
            if (inSlice.incrementAndGet() <= CAPACITY / 100) {
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

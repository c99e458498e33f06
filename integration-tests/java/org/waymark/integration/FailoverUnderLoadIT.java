package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.KernelCounts;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Nsd;
import org.waymark.lab.Precedence;
import org.waymark.lab.Setup;
import org.waymark.lab.SteadyLoad;
import org.waymark.lab.SteadyLoad.Asked;

/** Servers are killed, stopped and started again under load, and hardly a client notices. */
class FailoverUnderLoadIT {
    /** Queries a second, where the machine can do so much more that the load is not what the clients notice. */
    private static final int MOST_RATE = 5_000;

    private static final int SPARE = 3;
    /** By then the compiler has done most of its work, here and in the forwarder. */
    private static final int WARM_AFTER = 40_000;

    private static final int IN_FLIGHT = 100;

    private static final double BOTH_DIE_SECONDS = 25;
    private static final double TIMEOUT_MILLIS = 1_000;
    private static final int ATTEMPTS = 3;

    /** What the machine may add to what the configuration allows. */
    private static final double SLACK_MILLIS = 2_000;

    /** Less than a lost try costs: a server that has answered before is waited for at least this long. */
    private static final double NO_TRY_LOST_MILLIS = 300;

    /** Less than two lost tries cost at a server of this network. */
    private static final double ONE_TRY_LOST_MILLIS = 600;

    private static final Map<String, String> ZONE = Map.of(
            "example",
            "$ORIGIN example.\n$TTL 60\n@ SOA a a 1 1 1 1 1\n@ NS a\na A 192.0.2.1\n* TXT \"any name has this\"\n");

    private static final List<InetAddress> CLIENTS =
            IntStream.rangeClosed(101, 140).mapToObj(Family.IPV4::client).toList();

    @AutoClose
    private static final Precedence PRECEDENCE = Precedence.take();

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final Nsd FIRST = Nsd.start(LAB, Family.IPV4.upstream(53), ZONE);

    @AutoClose
    private static final Nsd SECOND = Nsd.start(LAB, Family.IPV4.upstream(54), ZONE);

    @Test
    void clientsHardlyNoticeThatServersComeAndGo() throws IOException {
        Setup setup = Setup.wildcard()
                .servers(Family.IPV4.upstream(53), Family.IPV4.upstream(54))
                .tries("1s", ATTEMPTS);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            clientsHardlyNotice(forwarder, warmUp());
        }
    }

    /** What a start costs, on a slow machine above all, is judged elsewhere. Returns the load that the machine can bear with ease. */
    private static int warmUp() throws IOException {
        try (Crowd crowd = Crowd.of(LAB, CLIENTS, Family.IPV4.gateway())) {
            double most = crowd.rate(WARM_AFTER, IN_FLIGHT, i -> "w" + i + ".example");
            int rate = (int) Math.min(MOST_RATE, most / SPARE);
            System.out.printf("FailoverUnderLoadIT %d queries a second, the machine can do %.0f%n", rate, most);
            return rate;
        }
    }

    private static void clientsHardlyNotice(Forwarder forwarder, int rate) throws IOException {
        long droppedBefore = dropped();
        try (SteadyLoad load = SteadyLoad.start(LAB, CLIENTS, Family.IPV4.gateway(), rate, i -> "q" + i + ".example")) {
            load.untilSecond(4);
            FIRST.kill();
            load.untilSecond(8);
            FIRST.start();
            load.untilSecond(12);
            FIRST.pause();
            load.untilSecond(18);
            FIRST.resume();
            SECOND.kill();
            SECOND.start();
            load.untilSecond(BOTH_DIE_SECONDS);
            FIRST.kill();
            SECOND.kill();
            double dark = load.seconds();
            load.untilSecond(dark + 2);
            SECOND.start();
            double light = load.seconds();
            load.untilSecond(light + 8);
            FIRST.start();
            check(load.finish(), dark, light, droppedBefore, forwarder);
        }
    }

    /** They answer again when the servers do, but the queries of the time between are lost. */
    @ParameterizedTest
    @EnumSource(names = "WAYMARK", mode = EnumSource.Mode.EXCLUDE)
    void othersLeaveQueriesWithoutAnAnswerWhenAllServersDie(Forwarders kind) throws IOException {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53), Family.IPV4.upstream(54));
        long droppedBefore = dropped();
        try (Forwarder forwarder = kind.start(LAB, setup);
                SteadyLoad load =
                        SteadyLoad.start(LAB, CLIENTS, Family.IPV4.gateway(), 1_000, i -> "d" + i + ".example")) {
            load.untilSecond(1);
            FIRST.kill();
            SECOND.kill();
            double dark = load.seconds();
            load.untilSecond(dark + 1);
            FIRST.start();
            SECOND.start();
            double light = load.seconds();
            load.untilSecond(light + 3);
            List<Asked> asked = load.finish(Duration.ofSeconds(1));
            report(kind + ", both dead", asked, dark, light);
            report(kind + ", both back", asked, light, light + 3);
            long unanswered = SteadyLoad.count(asked, each -> !each.isAnswered());
            assertTrue(unanswered > dropped() - droppedBefore, forwarder::log);
            List<Asked> back = SteadyLoad.between(asked, light, light + 3);
            assertTrue(SteadyLoad.count(back, each -> each.has(Message.NOERROR)) > 0, forwarder::log);
        }
    }

    /** What the kernel has dropped so far because nobody read it in time. */
    private static long dropped() {
        return KernelCounts.udp(LAB, Host.GATEWAY, KernelCounts.NO_ROOM)
                + KernelCounts.udp(LAB, Host.CLIENT, KernelCounts.NO_ROOM);
    }

    private static void check(List<Asked> asked, double dark, double light, long droppedBefore, Forwarder forwarder) {
        report("both well", asked, 0, 4);
        report("first one killed, at once", asked, 4, 5);
        report("first one killed, later", asked, 6, 8);
        report("first one back", asked, 8, 12);
        report("first one stopped, at once", asked, 12, 14);
        report("first one stopped, later", asked, 15, 18);
        report("first one resumed, second one restarted", asked, 18, BOTH_DIE_SECONDS);
        report("both killed", asked, BOTH_DIE_SECONDS, dark);
        report("both dead", asked, dark, light);
        report("second one back, at once", asked, light, light + 2);
        report("second one back, later", asked, light + 2, light + 8);
        // Those of the last second may still have been on their way when both were killed.
        List<Asked> wellServed = SteadyLoad.between(asked, 0, BOTH_DIE_SECONDS - 1);

        double total = ATTEMPTS * TIMEOUT_MILLIS + SLACK_MILLIS;
        long dropped = dropped() - droppedBefore;
        long unanswered = SteadyLoad.count(asked, each -> !each.isAnswered());
        System.out.println("FailoverUnderLoadIT " + unanswered + " unanswered, dropped by the kernel: " + dropped);
        assertTrue(unanswered <= dropped, "each query that was read is answered");
        assertEquals(0, SteadyLoad.count(asked, each -> each.millis() > total), "answered too late");
        assertEquals(0, SteadyLoad.count(wellServed, each -> each.has(Message.REFUSED)), forwarder::log);
        long failed = SteadyLoad.count(wellServed, each -> each.has(Message.SERVFAIL));
        assertTrue(failed * 1_000 < wellServed.size(), () -> failed + " failed: " + forwarder.log());
        double longest = SteadyLoad.percentile(wellServed, 0.99);
        assertTrue(longest < ONE_TRY_LOST_MILLIS, () -> "one short try at most is lost, not " + longest + " ms");
        for (double second : new double[] {0, 2, 6, 15}) {
            double p99 = SteadyLoad.percentile(SteadyLoad.between(asked, second, second + 2), 0.99);
            assertTrue(p99 < NO_TRY_LOST_MILLIS, () -> "second " + second + ": " + p99 + " ms");
        }
        List<Asked> recovered = SteadyLoad.between(asked, light + 5, light + 8);
        assertEquals(recovered.size(), SteadyLoad.count(recovered, each -> each.has(Message.NOERROR)), "all is well");
        assertTrue(forwarder.log().contains("10.99.0.53:53 does not answer with mark "), forwarder::log);
        assertTrue(forwarder.log().contains("10.99.0.53:53 answers again"), forwarder::log);
        assertEquals(List.of(), forwarder.ownFaults());
    }

    private static void report(String title, List<Asked> asked, double from, double to) {
        List<Asked> some = SteadyLoad.between(asked, from, to);
        System.out.printf(
                "FailoverUnderLoadIT %s: %d asked, %d unanswered, %d refused, %d SERVFAIL, p50 %.1f ms, p99 %.1f ms, longest %.0f ms%n",
                title,
                some.size(),
                SteadyLoad.count(some, each -> !each.isAnswered()),
                SteadyLoad.count(some, each -> each.has(Message.REFUSED)),
                SteadyLoad.count(some, each -> each.has(Message.SERVFAIL)),
                SteadyLoad.percentile(some, 0.5),
                SteadyLoad.percentile(some, 0.99),
                SteadyLoad.percentile(some, 1));
    }
}

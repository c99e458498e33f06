package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.KernelCounts;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Measurement;
import org.waymark.lab.Message;
import org.waymark.lab.Nsd;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.SteadyLoad;
import org.waymark.lab.TcpAskers;
import org.waymark.lab.TruthMeter;

/** The configuration changes ten times a second, and no client notices. */
class ReloadUnderLoadIT {
    /** How long clients ask. In every other second there are reloads; for a whole minute of them, {@code -Dreload.seconds=120}. */
    private static final int SECONDS = Integer.getInteger("reload.seconds", 20);

    /** How long answers take is judged only where whoever runs it says how long, because it takes a machine that does nothing else. */
    private static final boolean IS_ALONE = System.getProperty("reload.seconds") != null;

    private static final double RELOAD_SECONDS = 0.1;
    private static final int MOST_UDP_RATE = 4_500;
    private static final int TCP_CLIENTS = 10;
    private static final int TCP_RATE = 50;
    private static final int WARM_AFTER = 40_000;
    private static final int IN_FLIGHT = 100;

    /** A rate that the machine can do so many times over is not what clients notice. */
    private static final int SPARE = 3;

    /** How much longer answers may take while there are reloads. */
    private static final double LONGER_MILLIS = 5;

    /** A pause of 1 ms every 100 ms would show here, and other programs on the same cores hardly do. */
    private static final double MOST_ANSWERS = 0.99;

    private static final InetSocketAddress ASKED = Family.IPV4.gateway();
    private static final InetSocketAddress OTHER = Family.IPV4.secondGateway();
    private static final InetSocketAddress FIRST_AT = Family.IPV4.upstream(53);
    private static final InetSocketAddress SECOND_AT = Family.IPV4.upstream(54);

    private static final Map<String, String> ZONE = Map.of(
            "example",
            "$ORIGIN example.\n$TTL 60\n@ SOA a a 1 1 1 1 1\n@ NS a\na A 192.0.2.1\n* TXT \"any name has this\"\n");

    private static final MarkedClients CLIENTS = MarkedClients.with(24);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final Servers NSD = new Servers(Nsd.start(LAB, FIRST_AT, ZONE), Nsd.start(LAB, SECOND_AT, ZONE));

    private record Servers(Nsd first, Nsd second) implements AutoCloseable {
        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    @Test
    void noClientNoticesThatListenersServersAndPoliciesChange() throws IOException {
        CLIENTS.settleIn(LAB);
        assertNobodyNotices("listeners, servers, policies", SECONDS, MOST_UDP_RATE, number -> switch (number % 6) {
            case 0 -> Setup.listeningOn(ASKED, OTHER).servers(FIRST_AT, SECOND_AT);
            case 1 -> Setup.wildcard().servers(SECOND_AT).append(group("other", FIRST_AT) + policies(5, "other"));
            case 2 ->
                Setup.listeningOn(ASKED)
                        .servers(FIRST_AT)
                        .append(group("other", SECOND_AT) + "\n[[domain]]\nname = \"example\"\nupstream = \"other\"\n");
            case 3 -> Setup.wildcard().servers(FIRST_AT, SECOND_AT).append(policies(9, "default"));
            case 4 ->
                Setup.listeningOn(ASKED, new InetSocketAddress(OTHER.getAddress(), 5353))
                        .servers(SECOND_AT)
                        .append(group("third", FIRST_AT) + policies(20, "third"));
            default -> Setup.wildcard().servers(FIRST_AT).with("listen", "allow-from = [\"any\"]");
        });
    }

    /** What a mark of a packet means changes, too. */
    @Test
    void noClientNoticesThatMarksComeFromElsewhere() throws IOException {
        CLIENTS.settleIn(LAB);
        assertNobodyNotices("sources of marks", SECONDS / 2, 1_500, number -> {
            Setup setup = Setup.wildcard().servers(FIRST_AT, SECOND_AT);
            return switch (number % 7) {
                case 0 -> setup;
                case 1 -> setup.marksFrom(MarkSource.PACKET);
                case 2 -> setup.with("mark", "answers = true");
                case 3 -> setup.marksFrom(MarkSource.LOOK_UP);
                case 4 -> setup.with("mark", "mask = 0xffff").with("mark", "zones = [0, 7]");
                case 5 -> setup.marksFrom(MarkSource.PACKET).with("mark", "answers = true");
                default -> setup.marksFrom(MarkSource.LOOK_UP).with("mark", "upstream-zones = [0, 9]");
            };
        });
    }

    private static String group(String name, InetSocketAddress server) {
        return "\n[[upstream]]\nname = \"" + name + "\"\nservers = [\""
                + server.getAddress().getHostAddress() + "\"]\n";
    }

    private static String policies(int upTo, String upstream) {
        StringBuilder policies = new StringBuilder();
        for (int mark = 1; mark <= upTo; mark++) {
            policies.append("\n[[policy]]\nmark = %d\nupstream = \"%s\"\n".formatted(mark, upstream));
        }
        return policies.toString();
    }

    private static void assertNobodyNotices(String what, int seconds, int mostRate, IntFunction<Setup> settings)
            throws IOException {
        try (ReloadedWaymark waymark = ReloadedWaymark.start(LAB, settings.apply(0))) {
            LAB.acceptMarks(true);
            int rate = warmUp(mostRate);
            long droppedBefore = dropped();
            try (TruthMeter meter = TruthMeter.on(LAB);
                    SteadyLoad load =
                            SteadyLoad.start(LAB, CLIENTS.addresses(Family.IPV4), ASKED, rate, CLIENTS.ownNames());
                    TcpAskers askers = askOverTcp()) {
                reloadInEveryOtherSecond(waymark, load, seconds, settings);
                List<SteadyLoad.Asked> asked = load.finish();
                System.out.printf(
                        "ReloadUnderLoadIT %s: %d questions over UDP, %d a second, and %d over TCP; the kernel dropped %d%n",
                        what, asked.size(), rate, askers.finish(), dropped() - droppedBefore);
                assertEquals(List.of(), askers.failures(), waymark::log);
                assertEquals(
                        0,
                        SteadyLoad.count(asked, each -> each.isAnswered() && !each.has(Message.NOERROR)),
                        waymark::log);
                long lost = SteadyLoad.count(asked, each -> !each.isAnswered());
                assertTrue(lost <= dropped() - droppedBefore, () -> lost + " are lost: " + waymark.log());
                Measurement measured = meter.measurement();
                System.out.printf(
                        "ReloadUnderLoadIT %s: %d packets, %d wrong%n", what, measured.packets(), measured.wrong());
                measured.assertExact(asked.size() - lost);
                assertNotSlower(what, asked, seconds);
                assertEquals(List.of(), waymark.process().ownFaults());
            }
        }
    }

    private static void assertNotSlower(String what, List<SteadyLoad.Asked> asked, int seconds) {
        List<SteadyLoad.Asked> quiet = new ArrayList<>();
        List<SteadyLoad.Asked> reloaded = new ArrayList<>();
        for (int second = 0; second < seconds; second++) {
            (second % 2 == 0 ? quiet : reloaded).addAll(SteadyLoad.between(asked, second, second + 1));
        }
        for (double share : new double[] {0.5, MOST_ANSWERS, 0.999, 1}) {
            System.out.printf(
                    "ReloadUnderLoadIT %s: %.1f %% answered within %.2f ms, with reloads %.2f ms%n",
                    what, share * 100, SteadyLoad.percentile(quiet, share), SteadyLoad.percentile(reloaded, share));
        }
        double longer = SteadyLoad.percentile(reloaded, MOST_ANSWERS) - SteadyLoad.percentile(quiet, MOST_ANSWERS);
        assertTrue(!IS_ALONE || longer <= LONGER_MILLIS, "answers take " + longer + " ms longer");
    }

    /** What the kernel has dropped so far because nobody read it in time. */
    private static long dropped() {
        return KernelCounts.udp(LAB, Host.GATEWAY, KernelCounts.NO_ROOM)
                + KernelCounts.udp(LAB, Host.CLIENT, KernelCounts.NO_ROOM);
    }

    private static int warmUp(int mostRate) throws IOException {
        try (Crowd crowd = Crowd.of(LAB, CLIENTS.addresses(Family.IPV4), ASKED)) {
            double most = crowd.rate(WARM_AFTER, IN_FLIGHT, CLIENTS.ownNames());
            return (int) Math.min(mostRate, most / SPARE);
        }
    }

    private static TcpAskers askOverTcp() {
        List<InetAddress> clients = IntStream.rangeClosed(1, TCP_CLIENTS)
                .mapToObj(client -> MarkedClients.address(Family.IPV4, client))
                .toList();
        return TcpAskers.start(
                LAB,
                clients,
                ASKED,
                TCP_RATE,
                (client, question) -> "t" + client + "q" + question + ".m" + CLIENTS.markOf(client + 1) + ".example");
    }

    private static void reloadInEveryOtherSecond(
            ReloadedWaymark waymark, SteadyLoad load, int seconds, IntFunction<Setup> settings) {
        int number = 0;
        double longest = 0;
        for (double due = 1; due < seconds; due += (int) (due + RELOAD_SECONDS) % 2 == 0 ? 1 : RELOAD_SECONDS) {
            LockSupport.parkNanos((long) ((due - load.seconds()) * TimeUnit.SECONDS.toNanos(1)));
            double began = load.seconds();
            waymark.reload(settings.apply(++number));
            longest = Math.max(longest, load.seconds() - began);
        }
        load.untilSecond(seconds);
        System.out.printf("ReloadUnderLoadIT %d reloads, the longest took %.1f ms%n", number, longest * 1_000);
    }
}

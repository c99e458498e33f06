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
    /** How long it is reloaded all the time; a whole minute with {@code -Dreload.seconds=60}. */
    private static final int SECONDS = Integer.getInteger("reload.seconds", 15);

    private static final double RELOAD_SECONDS = 0.1;
    private static final int MOST_UDP_RATE = 4_500;
    private static final int TCP_CLIENTS = 10;
    private static final int TCP_RATE = 50;
    private static final int WARM_AFTER = 40_000;
    private static final int IN_FLIGHT = 100;

    /** A rate that the machine can do so many times over is not what clients notice. */
    private static final int SPARE = 3;

    private static final double LONGER_MILLIS = 5;

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
        assertNobodyNotices("listeners, servers, policies", MOST_UDP_RATE, number -> switch (number % 6) {
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
        assertNobodyNotices("sources of marks", 1_500, number -> {
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

    /** The same load first without a reload, then with one after the other. */
    private static void assertNobodyNotices(String what, int mostRate, IntFunction<Setup> settings) throws IOException {
        try (ReloadedWaymark waymark = ReloadedWaymark.start(LAB, settings.apply(0))) {
            LAB.acceptMarks(true);
            int rate = warmUp(mostRate);
            try (TruthMeter meter = TruthMeter.on(LAB)) {
                List<SteadyLoad.Asked> quiet = ask(waymark, rate, number -> null);
                List<SteadyLoad.Asked> reloaded = ask(waymark, rate, settings);
                Measurement measured = meter.measurement();
                System.out.printf(
                        "ReloadUnderLoadIT %s: %d a second over UDP; without, with reloads: median %.2f, %.2f ms; 99.9 %%"
                                + " within %.2f, %.2f ms; longest %.2f, %.2f ms; %d packets, %d wrong%n",
                        what,
                        rate,
                        SteadyLoad.percentile(quiet, 0.5),
                        SteadyLoad.percentile(reloaded, 0.5),
                        SteadyLoad.percentile(quiet, 0.999),
                        SteadyLoad.percentile(reloaded, 0.999),
                        SteadyLoad.percentile(quiet, 1),
                        SteadyLoad.percentile(reloaded, 1),
                        measured.packets(),
                        measured.wrong());
                measured.assertExact(quiet.size() + reloaded.size());
                assertTrue(
                        SteadyLoad.percentile(reloaded, 0.999) <= SteadyLoad.percentile(quiet, 0.999) + LONGER_MILLIS,
                        "answers take longer");
                assertEquals(List.of(), waymark.process().ownFaults());
            }
        }
    }

    private static int warmUp(int mostRate) throws IOException {
        try (Crowd crowd = Crowd.of(LAB, CLIENTS.addresses(Family.IPV4), ASKED)) {
            double most = crowd.rate(WARM_AFTER, IN_FLIGHT, CLIENTS.ownNames());
            return (int) Math.min(mostRate, most / SPARE);
        }
    }

    private static List<SteadyLoad.Asked> ask(ReloadedWaymark waymark, int rate, IntFunction<Setup> settings)
            throws IOException {
        List<InetAddress> overTcp = IntStream.rangeClosed(1, TCP_CLIENTS)
                .mapToObj(client -> MarkedClients.address(Family.IPV4, client))
                .toList();
        try (SteadyLoad load = SteadyLoad.start(LAB, CLIENTS.addresses(Family.IPV4), ASKED, rate, CLIENTS.ownNames());
                TcpAskers askers = TcpAskers.start(
                        LAB,
                        overTcp,
                        ASKED,
                        TCP_RATE,
                        (client, question) ->
                                "t" + client + "q" + question + ".m" + CLIENTS.markOf(client + 1) + ".example")) {
            List<Double> reloads = reloadAllTheTime(waymark, load, settings);
            List<SteadyLoad.Asked> asked = load.finish();
            long answeredOverTcp = askers.finish();
            System.out.printf(
                    "ReloadUnderLoadIT %d reloads, the longest took %.1f ms; %d questions over UDP, %d over TCP%n",
                    reloads.size(),
                    reloads.stream().mapToDouble(each -> each).max().orElse(0),
                    asked.size(),
                    answeredOverTcp);
            assertEquals(List.of(), askers.failures(), waymark::log);
            assertEquals(asked.size(), SteadyLoad.count(asked, each -> each.has(Message.NOERROR)), waymark::log);
            return asked;
        }
    }

    /** Returns how long each has taken, in milliseconds. */
    private static List<Double> reloadAllTheTime(
            ReloadedWaymark waymark, SteadyLoad load, IntFunction<Setup> settings) {
        List<Double> took = new ArrayList<>();
        for (int number = 1; load.seconds() < SECONDS; number++) {
            LockSupport.parkNanos((long) ((number * RELOAD_SECONDS - load.seconds()) * TimeUnit.SECONDS.toNanos(1)));
            Setup next = settings.apply(number);
            if (next != null) {
                double began = load.seconds();
                waymark.reload(next);
                took.add((load.seconds() - began) * 1_000);
            }
        }
        return took;
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.lab.Crowd;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.KernelCounts;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Measurement;
import org.waymark.lab.Message;
import org.waymark.lab.Nsd;
import org.waymark.lab.PersistentTcpAsker;
import org.waymark.lab.ServiceManager;
import org.waymark.lab.Setup;
import org.waymark.lab.SteadyLoad;
import org.waymark.lab.TruthMeter;

/** The service is restarted, killed and changed under load: whatever the receive buffers hold is answered, and with its own mark. */
class RestartWithoutLossIT {
    /** Questions a second; fewer where the machine can't do this many times over. */
    private static final int MOST_RATE = 2_000;

    private static final int SPARE = 3;
    private static final int WARM_AFTER = 5_000;
    private static final int IN_FLIGHT = 100;
    private static final int RESTARTS = 10;
    private static final int KILLS = 2;

    /** What a process has read and not answered is lost when it is killed: questions that are not older than this. */
    private static final double READ_SECONDS = 1;

    /** What came before the start is answered by then, or has failed, whatever the server has done. */
    private static final double CAUGHT_UP_SECONDS = 5;

    private static final InetSocketAddress ASKED = Family.IPV4.gateway();
    private static final InetSocketAddress OTHER = Family.IPV4.secondGateway();
    private static final InetSocketAddress SERVER = Family.IPV4.upstream(53);
    private static final MarkedClients CLIENTS = MarkedClients.with(32);

    private static final Map<String, String> ZONE = Map.of(
            "example",
            "$ORIGIN example.\n$TTL 60\n@ SOA a a 1 1 1 1 1\n@ NS a\na A 192.0.2.1\n* TXT \"any name has this\"\n");

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final Nsd NSD = Nsd.start(LAB, SERVER, ZONE);

    /** What is done to the service under load. */
    private interface Trouble {
        void make(ServiceManager service, SteadyLoad load, List<Double> kills);
    }

    @BeforeEach
    void settle() {
        LAB.rules();
        CLIENTS.settleIn(LAB);
    }

    @Test
    void restartsLoseNothing() throws IOException {
        assertNothingIsLost("restarts", (service, load, kills) -> {
            for (int i = 0; i < RESTARTS; i++) {
                Duration gap = service.restart();
                System.out.printf("RestartWithoutLossIT from SIGTERM to READY=1: %d ms%n", gap.toMillis());
                load.untilSecond(load.seconds() + 0.2);
            }
        });
    }

    @Test
    void killsLoseOnlyWhatIsInFlight() throws IOException {
        assertNothingIsLost("kills", (service, load, kills) -> {
            load.untilCaughtUp(1);
            for (int i = 0; i < KILLS; i++) {
                kills.add(load.seconds());
                service.kill();
                service.start();
                load.untilCaughtUp(CAUGHT_UP_SECONDS);
            }
        });
    }

    /** The address that is asked stays, by itself or by the wildcard. */
    @Test
    void nextProcessMayHaveOtherAddressesAndWorkers() throws IOException {
        assertNothingIsLost("changes", (service, load, kills) -> {
            service.cores(1);
            service.restart();
            service.cores(3);
            service.configure(setup());
            service.restart();
            assertEquals(
                    Map.of("tcp-0.0.0.0_53", 3, "tcp-[__]_53", 3, "udp-0.0.0.0_53", 3, "udp-[__]_53", 3),
                    service.stored());
            service.configure(Setup.listeningOn(ASKED, OTHER).servers(SERVER));
            service.restart();
            service.configure(Setup.listeningOn(ASKED).servers(SERVER));
            service.restart();
            assertEquals(
                    Set.of("tcp-192.168.111.1_53", "udp-192.168.111.1_53"),
                    service.stored().keySet());
            service.configure(setup());
            service.restart();
        });
    }

    private static Setup setup() {
        return Setup.wildcard().servers(SERVER);
    }

    private static void assertNothingIsLost(String what, Trouble trouble) throws IOException {
        try (ServiceManager service = ServiceManager.start(LAB, setup())) {
            assertNothingIsLost(what, trouble, service, warmUp());
        }
    }

    private static int warmUp() throws IOException {
        try (Crowd crowd = Crowd.of(LAB, CLIENTS.addresses(Family.IPV4), ASKED)) {
            // The answers are nsd's, which nobody looks at here.
            crowd.expecting((client, query, answer) -> true);
            return (int) Math.min(MOST_RATE, crowd.rate(WARM_AFTER, IN_FLIGHT, CLIENTS.ownNames()) / SPARE);
        }
    }

    private static void assertNothingIsLost(String what, Trouble trouble, ServiceManager service, int rate)
            throws IOException {
        List<Double> kills = new ArrayList<>();
        long droppedBefore = dropped();
        try (TruthMeter meter = TruthMeter.on(LAB);
                SteadyLoad load =
                        SteadyLoad.start(LAB, CLIENTS.addresses(Family.IPV4), ASKED, rate, CLIENTS.ownNames());
                PersistentTcpAsker tcp = PersistentTcpAsker.start(
                        LAB,
                        MarkedClients.address(Family.IPV4, 1),
                        ASKED,
                        question -> "t" + question + ".m" + CLIENTS.markOf(1) + ".example")) {
            load.untilSecond(1);
            trouble.make(service, load, kills);
            load.untilSecond(load.seconds() + 1);
            long overTcp = tcp.finish();
            List<SteadyLoad.Asked> asked = load.finish();
            long dropped = dropped() - droppedBefore;
            long lost = SteadyLoad.count(asked, each -> !each.isAnswered() && !wasInFlight(each, kills));
            long inFlight = SteadyLoad.count(asked, each -> !each.isAnswered()) - lost;
            Measurement measured = meter.measurement();
            System.out.printf(
                    "RestartWithoutLossIT %s: %d questions over UDP, %d a second, %d over TCP, %d of them again; %d lost, %d with"
                            + " killed processes; the kernel dropped %d; longest answer %.0f ms; %d packets, %d wrong%n",
                    what,
                    asked.size(),
                    rate,
                    overTcp,
                    tcp.again(),
                    lost,
                    inFlight,
                    dropped,
                    SteadyLoad.percentile(asked, 1),
                    measured.packets(),
                    measured.wrong());
            assertEquals(List.of(), tcp.failures(), service::log);
            assertEquals(
                    0, SteadyLoad.count(asked, each -> each.isAnswered() && !each.has(Message.NOERROR)), service::log);
            assertTrue(lost <= dropped, () -> lost + " are lost, " + dropped + " dropped: " + service.log());
            ExactMarksTable.addExact("Service: " + what + " under load", asked.size() - lost - inFlight, measured);
            assertEquals(List.of(), service.ownFaults());
        }
    }

    private static boolean wasInFlight(SteadyLoad.Asked question, List<Double> kills) {
        return kills.stream().anyMatch(kill -> question.isBetween(kill - READ_SECONDS, kill));
    }

    /** What the kernel has dropped so far because nobody read it in time. */
    private static long dropped() {
        return KernelCounts.udp(LAB, Host.GATEWAY, KernelCounts.NO_ROOM)
                + KernelCounts.udp(LAB, Host.CLIENT, KernelCounts.NO_ROOM);
    }
}

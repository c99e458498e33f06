package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;

/** Conntrack comes to remember connections for longer than it did when Waymark started: ports don't go to other marks too early. */
class RaisedTimeoutsIT {
    private static final int ROUNDS = 40;
    private static final Family FAMILY = Family.IPV4;
    private static final List<Integer> MARKED =
            IntStream.rangeClosed(101, 132).boxed().toList();
    private static final List<Integer> UNMARKED =
            IntStream.rangeClosed(151, 160).boxed().toList();
    /** So long that a query on a busy machine is still known when it is looked up. */
    private static final int SHORT_MEMORY_SECONDS = 4;

    /** Conntrack's memory as it was at the start, five seconds for late answers, and some more. */
    private static final Duration UNTIL_PORTS_SEEM_FREE = Duration.ofSeconds(SHORT_MEMORY_SECONDS + 6);
    /** For some dozens of sockets, one after the other. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, FAMILY.upstream(53));

    @BeforeEach
    void forgetSoonAndLeaveFewPorts() {
        LAB.rules("--many");
        STUB.reset();
        remember(SHORT_MEMORY_SECONDS);
        LAB.shell(Host.GATEWAY, "echo 1024-49999,50300-65535 > /proc/sys/net/ipv4/ip_local_reserved_ports");
    }

    private static void remember(int seconds) {
        LAB.shell(Host.GATEWAY, """
                for timeout in udp_timeout udp_timeout_stream; do
                    echo %d > /proc/sys/net/netfilter/nf_conntrack_$timeout
                done
                """.formatted(seconds));
    }

    /** Conntrack can't be asked about a port then. */
    @Test
    void portsAreKeptWhenTimeoutsAreRaisedAndConntrackCanNotBeAsked() {
        try (Forwarder forwarder = Forwarders.startWaymark(
                        LAB,
                        setup(MarkSource.PACKET),
                        "setpriv",
                        "--bounding-set",
                        "-all,+net_raw,+net_bind_service",
                        "--inh-caps",
                        "-all");
                TruthMeter meter = TruthMeter.on(LAB)) {
            remember(120);
            assertExact("UDP timeouts raised, without CAP_NET_ADMIN", forwarder, meter);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNTRACK", "LOOK_UP"})
    void portsAreKeptWhenARuleGivesConnectionsATimeoutOfTheirOwn(MarkSource source) {
        LAB.loadNft(Host.GATEWAY, """
                table inet patient
                delete table inet patient
                table inet patient {
                    ct timeout long { protocol udp; l3proto ip; policy = { unreplied: 120, replied: 120 }; }
                    chain output {
                        type filter hook output priority -250;
                        udp dport 53 ct timeout set "long"
                    }
                }
                """);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(source));
                TruthMeter meter = TruthMeter.on(LAB)) {
            assertExact("A rule raises UDP timeouts" + source.title(), forwarder, meter);
        } finally {
            LAB.exec(Host.GATEWAY, "nft", "delete", "table", "inet", "patient");
        }
    }

    /** First clients of many marks ask from many ports. When those seem free, unmarked clients ask, whom they would be given to. */
    private static void assertExact(String scenario, Forwarder forwarder, TruthMeter meter) {
        for (int number = 0; number < ROUNDS; number++) {
            ask(number, MARKED);
        }
        int answered = STUB.seen().size();
        assertEquals(ROUNDS * MARKED.size(), answered, forwarder::log);
        int number = ROUNDS;
        for (long end = System.nanoTime() + UNTIL_PORTS_SEEM_FREE.toNanos(); System.nanoTime() < end; number++) {
            ask(number, MARKED.subList(0, 1));
        }
        for (long end = System.nanoTime() + LONG_ENOUGH.toNanos(); System.nanoTime() < end; number++) {
            ask(number, UNMARKED);
        }
        ExactMarksTable.addExact(scenario, answered, meter.measurement());
    }

    /** They are answered, or refused where there is no port for them. */
    private static void ask(int number, List<Integer> clients) {
        for (int client : clients) {
            try (UdpClient udp = UdpClient.from(LAB, FAMILY.client(client))) {
                String name = "q" + number + "c" + client + ".m" + RecipeClients.markOf(client) + ".example";
                byte[] query = Query.of(name, Query.A).bytes(1);
                assertEquals(1, Message.id(udp.ask(query, FAMILY.gateway()).bytes()));
            }
        }
    }

    private static Setup setup(MarkSource source) {
        return Setup.wildcard()
                .servers(FAMILY.upstream(53))
                .marksFrom(source)
                .with("limits", "upstream-socket-life = \"100ms\"");
    }
}

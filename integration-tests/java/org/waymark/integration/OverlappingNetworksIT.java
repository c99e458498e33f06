package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Measurement;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/**
 * Two networks have the same clients, who ask from the same ports: only the zone tells their connections apart. Marks lead the answers
 * back. A look-up by addresses and ports finds a connection of either, but the packet knows its own.
 */
class OverlappingNetworksIT {
    private static final Duration SOON = Waiting.PATIENCE;
    private static final int CLIENTS = 40;
    private static final int ROUNDS = 5;
    private static final int FIRST = 111;
    private static final int SECOND = 222;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    static {
        LAB.addTwin();
        LAB.shell(Host.GATEWAY, """
                ip rule add fwmark 222 table 102
                ip route add 192.168.111.0/24 dev lan2 src 192.168.111.1 table 102
                ip -6 rule add fwmark 222 table 102
                ip -6 route add fd00:111::/64 dev lan2 src fd00:111::1 table 102
                """);
    }

    @BeforeEach
    void putTheNetworksIntoZones() {
        LAB.rules();
        STUB.reset();
        LAB.shell(Host.GATEWAY, """
                for t in iptables ip6tables; do
                    $t -t raw -A PREROUTING -i lan -j CT --zone 1
                    $t -t raw -A PREROUTING -i lan2 -j CT --zone 2
                    $t -t raw -A OUTPUT -o lan -j CT --zone 1
                    $t -t raw -A OUTPUT -o lan2 -j CT --zone 2
                    $t -t mangle -I PREROUTING 2 -i lan -m mark --mark 0 -j MARK --set-mark 111
                    $t -t mangle -I PREROUTING 2 -i lan2 -m mark --mark 0 -j MARK --set-mark 222
                done
                """);
    }

    @ParameterizedTest
    @EnumSource
    void eachNetworkHasItsMarkAndItsAnswers(Family family) {
        Setup setup = setup(family).with("mark", "zones = [1, 2]").with("mark", "answers = true");
        List<String> astray = new ArrayList<>();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB);
                Sockets first = Sockets.on(Host.CLIENT, family);
                Sockets second = Sockets.on(Host.TWIN, family)) {
            for (int round = 0; round < ROUNDS; round++) {
                first.ask("f" + round, FIRST);
                second.ask("s" + round, SECOND);
                awaitSeen(2 * CLIENTS * (round + 1), forwarder);
                astray.addAll(first.strayAnswers("f" + round, FIRST));
                astray.addAll(second.strayAnswers("s" + round, SECOND));
            }
            Measurement measured = meter.measurement();
            assertEquals(List.of(), astray, () -> measured.wrong() + " packets are wrong, " + forwarder.log());
            ExactMarksTable.addExact(
                    "Two networks with the same addresses in zones 1 and 2, " + family, 2 * CLIENTS * ROUNDS, measured);
        }
    }

    /** Nor can its answers be led back, which is left out of account. */
    @ParameterizedTest
    @EnumSource
    void networkInAZoneThatIsNotListedHasUnknownMark(Family family) {
        Setup setup = setup(family).with("mark", "zones = [1]").with("mark", "unknown-mark = 77");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB);
                Sockets first = Sockets.on(Host.CLIENT, family);
                Sockets second = Sockets.on(Host.TWIN, family)) {
            first.ask("f", FIRST);
            awaitSeen(CLIENTS, forwarder);
            second.ask("s", 77);
            awaitSeen(2 * CLIENTS, forwarder);
            ExactMarksTable.addExact(
                    "Two networks with the same addresses, the second in a zone that is not listed, " + family,
                    2 * CLIENTS,
                    meter.measurement());
        }
    }

    private static void awaitSeen(int queries, Forwarder forwarder) {
        Waiting.until(SOON, queries + " queries have arrived", () -> STUB.seen().size() >= queries);
        assertEquals(queries, STUB.seen().size(), forwarder::log);
    }

    private static Setup setup(Family family) {
        return Setup.wildcard().servers(family.upstream(53)).tries("5s", 1);
    }

    /** A socket of each client of a network, on the port that the same client of the other network has, too. */
    private record Sockets(Family family, List<UdpClient> clients) implements AutoCloseable {
        private static final int FIRST_CLIENT = 101;
        private static final int FIRST_PORT = 20_101;

        static Sockets on(Host host, Family family) {
            Sockets sockets = new Sockets(family, new ArrayList<>());
            for (int i = 0; i < CLIENTS; i++) {
                InetSocketAddress local = new InetSocketAddress(family.client(FIRST_CLIENT + i), FIRST_PORT + i);
                sockets.clients.add(UdpClient.from(LAB, host, local));
            }
            return sockets;
        }

        void ask(String prefix, long due) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.get(i).send(Query.of(name(prefix, i, due), Query.TXT).bytes(i), family.gateway());
            }
        }

        /** What has come to a client besides the answer to what it has asked, or in its place. */
        List<String> strayAnswers(String prefix, long due) {
            List<String> stray = new ArrayList<>();
            long deadline = System.nanoTime() + SOON.toNanos();
            for (int i = 0; i < CLIENTS; i++) {
                String own = name(prefix, i, due);
                boolean answered = false;
                Optional<String> received;
                do {
                    received = clients.get(i)
                            .receive(answered ? Duration.ZERO : Duration.ofNanos(deadline - System.nanoTime()))
                            .map(answer -> Message.name(answer.bytes()));
                    answered |= received.isPresent() && received.get().equals(own);
                    received.filter(name -> !name.equals(own)).ifPresent(name -> stray.add(own + " got " + name));
                } while (received.isPresent());
                if (!answered) {
                    stray.add(own + " got no answer");
                }
            }
            return stray;
        }

        private static String name(String prefix, int client, long due) {
            return prefix + "." + client + ".m" + due + ".example";
        }

        @Override
        public void close() {
            clients.forEach(UdpClient::close);
        }
    }
}

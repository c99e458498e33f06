package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.ServiceManager;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Socket;

/** Queries that come between two processes have the marks that they are due, though no table of Waymark's own is there to tell them. */
class RestartGapMarksIT {
    private static final int MARKED = 137;
    private static final int CHANGED = 138;
    private static final int UNTRACKED = 160;
    private static final InetSocketAddress ASKED = Family.IPV4.gateway();

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    private int names;

    @BeforeEach
    void settle() {
        LAB.shell(Host.GATEWAY, "iptables -t raw -F; nft delete table inet liar 2>/dev/null || true");
        LAB.rules();
        STUB.reset();
    }

    /** What packets bring then is what the host's rules have made of it, and of those that the former process left also its number for unknown. */
    @Test
    void marksOfPacketsAreNotBelieved() {
        LAB.loadNft(
                Host.GATEWAY,
                "table inet liar { chain input { type filter hook input priority 300; udp dport 53 meta mark set 99; }; }");
        LAB.shell(Host.GATEWAY, "iptables -t raw -A PREROUTING -s 192.168.111." + UNTRACKED + " -j CT --notrack");
        try (ServiceManager service = ServiceManager.start(LAB, setup().with("mark", "unknown = \"refuse\""));
                TruthMeter meter = TruthMeter.on(LAB);
                UdpClient marked = client(MARKED);
                UdpClient changed = client(CHANGED);
                UdpClient untracked = client(UNTRACKED)) {
            service.stop();
            String ofMarked = send(marked);
            String ofChanged = send(changed);
            send(untracked);
            LAB.shell(Host.GATEWAY, "conntrack -U -p udp -s 192.168.111." + CHANGED + " -m 7");
            service.start();

            assertEquals(Message.NOERROR, rcode(marked), service::log);
            assertEquals(Message.NOERROR, rcode(changed), service::log);
            assertEquals(Message.REFUSED, rcode(untracked), service::log);
            assertEquals(Set.of((long) MARKED), marksOf(meter, ofMarked));
            assertEquals(Set.of(7L), marksOf(meter, ofChanged));

            String later = send(marked);
            send(untracked);
            assertEquals(Message.NOERROR, rcode(marked), service::log);
            assertEquals(Message.REFUSED, rcode(untracked), service::log);
            assertEquals(Set.of((long) MARKED), marksOf(meter, later));
        }
    }

    /** A number that stood for unknown to the former process is nobody's mark to the next one, and the other way round. */
    @ParameterizedTest
    @EnumSource
    void marksMayComeFromElsewhereAfterwards(MarkSource former) {
        try (ServiceManager service = ServiceManager.start(LAB, setup().marksFrom(former));
                TruthMeter meter = TruthMeter.on(LAB);
                UdpClient marked = client(MARKED);
                UdpClient unmarked = client(CHANGED)) {
            for (MarkSource next : MarkSource.values()) {
                service.configure(setup().marksFrom(next));
                service.stop();
                String ofMarked = send(marked);
                String ofUnmarked = send(unmarked);
                service.start();

                assertEquals(Message.NOERROR, rcode(marked), service::log);
                assertEquals(Message.NOERROR, rcode(unmarked), service::log);
                assertEquals(Set.of((long) MARKED), marksOf(meter, ofMarked), former + " to " + next);
                assertEquals(Set.of(0L), marksOf(meter, ofUnmarked), former + " to " + next);
                service.configure(setup().marksFrom(former));
                service.restart();
            }
        }
    }

    /** Its name says that it is a listening socket, and the kernel that it is none. */
    @Test
    void descriptorThatIsNoListeningSocketIsGivenUp() throws Exception {
        try (ServiceManager service = ServiceManager.start(LAB, setup());
                UdpClient marked = client(MARKED)) {
            Map<String, Integer> before = service.stored();
            service.store(
                    "udp-0.0.0.0_53", LAB.in(Host.GATEWAY, () -> alone(5399).fd()));
            service.store("tcp-gone", LAB.in(Host.GATEWAY, () -> alone(5398).fd()));
            service.restart();

            send(marked);
            assertEquals(Message.NOERROR, rcode(marked), service::log);
            assertEquals(before, service.stored());
            assertEquals(
                    "", LAB.exec(Host.GATEWAY, "ss", "-Hulpn", "sport = :5399").orFail());
        }
    }

    /** A UDP socket that shares its address with nobody. */
    private static Socket alone(int port) throws Exception {
        Socket socket = Socket.udp();
        socket.bind(Endpoint.of(new InetSocketAddress("0.0.0.0", port)));
        return socket;
    }

    @Test
    void reloadLeavesNewAddressesAndTakesOldOnesBack() throws Exception {
        try (ServiceManager service = ServiceManager.start(LAB, setup())) {
            service.configure(Setup.listeningOn(ASKED).servers(Family.IPV4.upstream(53)));
            LAB.shell(Host.GATEWAY, "kill -HUP " + service.pid());
            Waiting.until(Waiting.PATIENCE, "only the new address is stored", () -> service.stored()
                    .keySet()
                    .equals(Set.of("tcp-192.168.111.1_53", "udp-192.168.111.1_53")));
        }
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53));
    }

    private static UdpClient client(int number) {
        return UdpClient.from(LAB, Family.IPV4.client(number));
    }

    private String send(UdpClient client) {
        String name = "gap" + names++ + ".example";
        client.send(Query.of(name, Query.TXT).bytes(names), ASKED);
        return name;
    }

    private static int rcode(UdpClient client) {
        return Message.rcode(client.receive(Waiting.PATIENCE).orElseThrow().bytes());
    }

    private static Set<Long> marksOf(TruthMeter meter, String name) {
        return meter.measurement().marksOfNames().get(name).keySet();
    }
}

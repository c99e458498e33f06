package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;
import org.waymark.lab.Web;

/** Every key of the configuration can be changed while Waymark runs, and what is wrong changes nothing. */
class ReloadIT {
    private static final int MARKED = 137;
    private static final int UNTRACKED = 160;
    private static final Duration SOON = Duration.ofMillis(300);
    private static final InetSocketAddress ASKED = Family.IPV4.gateway();
    private static final InetSocketAddress OTHER = Family.IPV4.secondGateway();

    @RegisterExtension
    private static final ReloadLab RELOADED = new ReloadLab();

    private static final Lab LAB = RELOADED.lab();
    private static final StubServer STUB = RELOADED.stub();
    private static final ReloadedWaymark WAYMARK = RELOADED.waymark();

    private static boolean isSilent(InetSocketAddress address) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            udp.send(Query.of(RELOADED.nextName(), Query.TXT).bytes(1), address);
            return udp.receive(SOON).isEmpty();
        }
    }

    /** What was asked before the address goes is answered from there, and a TCP connection goes on. */
    @Test
    void addressesComeAndGo() {
        byte[] query = Query.of(RELOADED.nextName(), Query.TXT).bytes(7);
        WAYMARK.reload(Setup.listeningOn(ASKED).servers(Family.IPV4.upstream(53)));
        try (TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(MARKED), ASKED);
                UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            tcp.ask(Query.of(RELOADED.nextName(), Query.TXT).bytes(1));
            assertTrue(isSilent(OTHER));
            WAYMARK.reload(Setup.listeningOn(ASKED, OTHER).servers(Family.IPV4.upstream(53)));
            assertEquals(Message.NOERROR, Message.rcode(RELOADED.ask(MARKED, OTHER, RELOADED.nextName())));

            STUB.plays(STUB.after(Duration.ofMillis(500), StubServer.ANSWER));
            udp.send(query, ASKED);
            Waiting.until(Waiting.PATIENCE, "it is asked", () -> !STUB.seen(Message.name(query))
                    .isEmpty());
            WAYMARK.reload(Setup.listeningOn(OTHER).servers(Family.IPV4.upstream(53)));
            UdpClient.Received answer = udp.receive(Waiting.PATIENCE).orElseThrow();
            assertEquals(ASKED, answer.from());
            assertArrayEquals(Message.answerTo(query), answer.bytes());
            assertEquals(
                    Message.NOERROR,
                    Message.rcode(
                            tcp.ask(Query.of(RELOADED.nextName(), Query.TXT).bytes(2))));

            assertTrue(isSilent(ASKED));
        }
    }

    @Test
    void hangupReloadsWithDropIns() throws IOException {
        Path folder = Files.createDirectory(WAYMARK.file().resolveSibling("waymark.d"));
        Path dropIn = Files.writeString(
                folder.resolve("mask.toml"),
                "[mark]\nmask = 0x8\n[[upstream]]\nname = \"added\"\nservers = [\"10.99.0.54\"]\n");
        try {
            LAB.shell(Host.GATEWAY, "kill -HUP " + WAYMARK.process().pid());
            Waiting.until(
                    Waiting.PATIENCE, "it has reloaded", () -> WAYMARK.log().contains("servers of added: "));
            assertEquals(Set.of(0x8L), RELOADED.marksOf(MARKED));
        } finally {
            Files.delete(dropIn);
            Files.delete(folder);
        }
    }

    @Test
    void webServer() {
        WAYMARK.reload(RELOADED.setup().with("metrics", "listen = \"" + Web.ADDRESS + "\""));
        assertTrue(new Web(LAB).get("/health").startsWith("200"));

        WAYMARK.reload(RELOADED.setup());
        assertNotEquals(
                0,
                LAB.exec(Host.GATEWAY, "curl", "-s", "http://" + Web.ADDRESS + "/health")
                        .status());
    }

    @ParameterizedTest
    @EnumSource
    void marksComeFromElsewhere(MarkSource source) {
        for (MarkSource next : MarkSource.values()) {
            WAYMARK.reload(RELOADED.setup().marksFrom(source));
            assertEquals(Set.of((long) MARKED), RELOADED.marksOf(MARKED));
            WAYMARK.reload(RELOADED.setup().marksFrom(next));
            assertEquals(Set.of((long) MARKED), RELOADED.marksOf(MARKED));
        }
    }

    @ParameterizedTest
    @CsvSource({"mask = 0x9, 9", "mask = 0x80, 128", "zones = [5], 0", "answers = true, 137", "own-rule = false, 137"})
    void marking(String line, long mark) {
        assertEquals(Set.of((long) MARKED), RELOADED.marksOf(MARKED));
        WAYMARK.reload(RELOADED.setup().with("mark", line));
        assertEquals(Set.of(mark), RELOADED.marksOf(MARKED));
        WAYMARK.reload(RELOADED.setup());
        assertEquals(Set.of((long) MARKED), RELOADED.marksOf(MARKED));
    }

    @Test
    void unknownMarksAndPolicies() {
        LAB.shell(Host.GATEWAY, "iptables -t raw -A PREROUTING -s 192.168.111." + UNTRACKED + " -j CT --notrack");
        assertEquals(Message.NOERROR, RELOADED.rcode(UNTRACKED));
        WAYMARK.reload(RELOADED.setup().with("mark", "unknown = \"refuse\""));
        assertEquals(Message.REFUSED, RELOADED.rcode(UNTRACKED));
        assertEquals(Message.NOERROR, RELOADED.rcode(MARKED));

        WAYMARK.reload(RELOADED.setup().append("[[policy]]\nmark = 137\nset-mark = 7\n"));
        assertEquals(Set.of(7L), RELOADED.marksOf(MARKED));
        WAYMARK.reload(RELOADED.setup().append("[[policy]]\nmark = 137\naction = \"refuse\"\n"));
        assertEquals(Message.REFUSED, RELOADED.rcode(MARKED));
    }

    @Test
    void serversGroupsAndDomains() {
        String vpn = "[[upstream]]\nname = \"vpn\"\nservers = [\"10.99.0.54\"]\n";
        assertEquals(Family.IPV4.upstream(53), RELOADED.serverOf(MARKED));
        WAYMARK.reload(Setup.wildcard().servers(Family.IPV4.upstream(54)));
        assertEquals(Family.IPV4.upstream(54), RELOADED.serverOf(MARKED));
        WAYMARK.reload(RELOADED.setup().append(vpn + "[[policy]]\nmark = 137\nupstream = \"vpn\"\n"));
        assertEquals(Family.IPV4.upstream(54), RELOADED.serverOf(MARKED));
        assertEquals(Family.IPV4.upstream(53), RELOADED.serverOf(150));
        WAYMARK.reload(RELOADED.setup().append(vpn + "[[domain]]\nname = \"example\"\nupstream = \"vpn\"\n"));
        assertEquals(Family.IPV4.upstream(54), RELOADED.serverOf(150));
    }

    /** The servers of a group that is gone still answer what they were asked, even if the first one does not. */
    @Test
    void pendingQueriesFinishAmongTheirOwnServers() {
        String name = RELOADED.nextName();
        WAYMARK.reload(RELOADED.setup().append("""
                [[upstream]]
                name = "vpn"
                servers = ["10.99.0.54", "[2001:db8:99::53]"]
                timeout = "500ms"
                [[policy]]
                mark = 137
                upstream = "vpn"
                """));
        STUB.plays((query, line) -> {
            if (!query.at().equals(Family.IPV4.upstream(54))) {
                line.send(Message.answerTo(query.bytes()));
            }
        });
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            udp.send(Query.of(name, Query.TXT).bytes(3), ASKED);
            Waiting.until(
                    Waiting.PATIENCE, "it is asked", () -> !STUB.seen(name).isEmpty());
            WAYMARK.reload(RELOADED.setup());

            assertEquals(
                    Message.NOERROR,
                    Message.rcode(udp.receive(Waiting.PATIENCE).orElseThrow().bytes()));
            assertEquals(
                    List.of(Family.IPV4.upstream(54), Family.IPV6.upstream(53)),
                    STUB.seen(name).stream().map(StubServer.Seen::at).toList());
        }
    }

    /** Another policy may choose the group now, so its new servers must not see what the former policy sent to the former ones. */
    @Test
    void pendingQueriesFinishAmongTheirOwnServersThoughTheGroupHasOthers() {
        String name = RELOADED.nextName();
        WAYMARK.reload(Setup.wildcard().servers(Family.IPV4.upstream(54)).tries("500ms", 2));
        STUB.plays((query, line) -> {
            if (query.at().equals(Family.IPV4.upstream(53))) {
                line.send(Message.answerTo(query.bytes()));
            }
        });
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            udp.send(Query.of(name, Query.TXT).bytes(3), ASKED);
            Waiting.until(
                    Waiting.PATIENCE, "it is asked", () -> !STUB.seen(name).isEmpty());
            WAYMARK.reload(Setup.wildcard().servers(Family.IPV4.upstream(53)).tries("500ms", 2));

            assertEquals(
                    Message.SERVFAIL,
                    Message.rcode(udp.receive(Waiting.PATIENCE).orElseThrow().bytes()));
            assertEquals(
                    List.of(Family.IPV4.upstream(54), Family.IPV4.upstream(54)),
                    STUB.seen(name).stream().map(StubServer.Seen::at).toList());
        }
        assertEquals(Family.IPV4.upstream(53), RELOADED.serverOf(MARKED));
    }

    @Test
    void namesClientsLimitsAndTheLog() throws IOException {
        Path hosts = Files.writeString(WAYMARK.file().resolveSibling("hosts"), "192.0.2.9 local.example\n");
        WAYMARK.reload(RELOADED.setup()
                .append("[[record]]\nname = \"own.example\"\ntype = \"A\"\nvalue = \"192.0.2.8\"\n")
                .with("local", "hosts = [\"" + hosts + "\"]")
                .with("log", "queries = true"));
        RELOADED.ask(MARKED, ASKED, "own.example");
        RELOADED.ask(MARKED, ASKED, "local.example");
        assertEquals(List.of(), STUB.seen());
        Waiting.until(
                Waiting.PATIENCE, "queries are logged", () -> WAYMARK.log().contains("asks local.example."));

        WAYMARK.reload(RELOADED.setup().with("listen", "allow-from = [\"192.168.111.150/32\"]"));
        assertEquals(Message.REFUSED, RELOADED.rcode(MARKED));
        assertEquals(Message.NOERROR, RELOADED.rcode(150));

        WAYMARK.reload(RELOADED.setup().with("limits", "tcp-connections-per-client = 1"));
        try (TcpClient first = TcpClient.connect(LAB, Family.IPV4.client(MARKED), ASKED)) {
            // Once it has an answer, it has been accepted: two workers may accept two connections in any order.
            assertEquals(
                    Message.NOERROR,
                    Message.rcode(
                            first.ask(Query.of(RELOADED.nextName(), Query.TXT).bytes(1))));
            try (TcpClient second = TcpClient.connect(LAB, Family.IPV4.client(MARKED), ASKED)) {
                assertTrue(second.isClosedWithin(Waiting.PATIENCE));
            }
        }
    }

    /** So that another program that takes the address is not disturbed. */
    @Test
    void ownTableForgetsAnAddressWhenItsLastConnectionEnds() {
        WAYMARK.reload(Setup.listeningOn(ASKED, OTHER).servers(Family.IPV4.upstream(53)));
        try (TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(MARKED), ASKED)) {
            tcp.ask(Query.of(RELOADED.nextName(), Query.TXT).bytes(1));
            WAYMARK.reload(Setup.listeningOn(OTHER).servers(Family.IPV4.upstream(54)));
            assertTrue(ownTable().contains("192.168.111.1 "), ReloadIT::ownTable);
        }
        Waiting.until(Waiting.PATIENCE, "the table has lost the address", () -> !ownTable()
                .contains("192.168.111.1 "));
        assertTrue(ownTable().contains("192.168.111.2 "));
        assertTrue(ownTable().contains("10.99.0.54"));
    }

    private static String ownTable() {
        long pid = WAYMARK.process().pid();
        return LAB.exec(Host.GATEWAY, "nft", "list", "table", "ip", "waymark-" + pid)
                .orFail();
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.control.ControlException;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.TruthMeter;
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
    private static final AtomicInteger NAMES = new AtomicInteger();

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB =
            StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV4.upstream(54), Family.IPV6.upstream(53));

    /** One for all tests: each begins with a reload. */
    @AutoClose
    private static final ReloadedWaymark WAYMARK = ReloadedWaymark.start(LAB, setup());

    @BeforeEach
    void beginAnew() {
        LAB.rules();
        LAB.acceptMarks(true);
        STUB.reset();
        WAYMARK.reload(setup());
    }

    @AfterEach
    void noFaults() {
        assertEquals(List.of(), WAYMARK.process().ownFaults());
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53)).tries("1s", 3);
    }

    private static String nextName() {
        return "n" + NAMES.incrementAndGet() + ".example";
    }

    private static byte[] ask(int client, InetSocketAddress at, String name) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(client))) {
            return udp.ask(Query.of(name, Query.TXT).bytes(client), at).bytes();
        }
    }

    private static int rcode(int client) {
        return Message.rcode(ask(client, ASKED, nextName()));
    }

    /** The marks that a query of a client leaves with, over UDP and TCP. */
    private static Set<Long> marksOf(int client) {
        String overUdp = nextName();
        String overTcp = nextName();
        try (TruthMeter meter = TruthMeter.on(LAB);
                TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(client), ASKED)) {
            assertEquals(Message.NOERROR, Message.rcode(ask(client, ASKED, overUdp)));
            assertEquals(
                    Message.NOERROR,
                    Message.rcode(tcp.ask(Query.of(overTcp, Query.TXT).bytes(1))));
            var marks = meter.measurement().marksOfNames();
            assertEquals(marks.get(overUdp).keySet(), marks.get(overTcp).keySet());
            return marks.get(overUdp).keySet();
        }
    }

    private static InetSocketAddress serverOf(int client) {
        String name = nextName();
        ask(client, ASKED, name);
        return STUB.seen(name).get(0).at();
    }

    private static boolean isSilent(InetSocketAddress address) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            udp.send(Query.of(nextName(), Query.TXT).bytes(1), address);
            return udp.receive(SOON).isEmpty();
        }
    }

    /** What was asked before the address goes is answered from there, and a TCP connection goes on. */
    @Test
    void addressesComeAndGo() {
        byte[] query = Query.of(nextName(), Query.TXT).bytes(7);
        WAYMARK.reload(Setup.listeningOn(ASKED).servers(Family.IPV4.upstream(53)));
        try (TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(MARKED), ASKED);
                UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            tcp.ask(Query.of(nextName(), Query.TXT).bytes(1));
            assertTrue(isSilent(OTHER));
            WAYMARK.reload(Setup.listeningOn(ASKED, OTHER).servers(Family.IPV4.upstream(53)));
            assertEquals(Message.NOERROR, Message.rcode(ask(MARKED, OTHER, nextName())));

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
                    Message.rcode(tcp.ask(Query.of(nextName(), Query.TXT).bytes(2))));

            assertTrue(isSilent(ASKED));
        }
    }

    @Test
    void addressThatCannotBeBoundChangesNothing() {
        InetSocketAddress taken = new InetSocketAddress(ASKED.getAddress(), 5353);
        try (StubServer other = StubServer.on(LAB, Host.GATEWAY, taken)) {
            WAYMARK.write(Setup.listeningOn(ASKED, OTHER, taken)
                    .servers(Family.IPV4.upstream(54))
                    .with("mark", "mask = 0xf"));
            String refusal =
                    assertThrows(ControlException.class, WAYMARK::reload).getMessage();

            assertTrue(refusal.startsWith("nothing has changed:\ncan't listen on 192.168.111.1:5353: "), refusal);
            assertEquals(Family.IPV4.upstream(53), serverOf(MARKED));
            assertEquals(Set.of((long) MARKED), marksOf(MARKED));
            assertEquals(List.of(), other.seen());
        }
    }

    @Test
    void badFileChangesNothingAndTheCommandSaysWhy() {
        WAYMARK.write("[mark]\nmsk = 1\n[[upstream]]\nservers = [\"10.99.0.54\"]\n[control]\nsocket = \""
                + WAYMARK.socket() + "\"\n");

        Lab.Outcome refused = reloadByCommand();

        String fault = WAYMARK.file() + ":2:1: mark.msk: is unknown (did you mean mask?)";
        assertEquals(1, refused.status());
        assertEquals("waymark: nothing has changed:\n" + fault + "\n", refused.errors());
        assertTrue(WAYMARK.log().contains("ERROR reload: nothing has changed: " + fault), WAYMARK::log);
        assertEquals(Family.IPV4.upstream(53), serverOf(MARKED));

        WAYMARK.write(setup());
        Lab.Outcome done = reloadByCommand();
        assertEquals(0, done.status(), done::errors);
        assertTrue(done.output().startsWith("reloaded: answers on 0.0.0.0:53, [::]:53; servers of default: 10."));
    }

    private static Lab.Outcome reloadByCommand() {
        return LAB.exec(
                Host.GATEWAY,
                Forwarders.LAUNCHER,
                "reload",
                "--config",
                WAYMARK.file().toString());
    }

    @Test
    void pipeAmongTheFilesIsRefusedAndHoldsUpNothing() throws IOException {
        Path folder = Files.createDirectory(WAYMARK.file().resolveSibling("waymark.d"));
        Path pipe = folder.resolve("pipe.toml");
        LAB.shell(Host.GATEWAY, "mkfifo " + pipe);

        Lab.Outcome refused = reloadByCommand();

        assertEquals(1, refused.status());
        assertEquals(
                "waymark: nothing has changed:\n" + pipe
                        + ": is a pipe, a device or a socket; a drop-in must be a regular file\n",
                refused.errors());
        Files.delete(pipe);
        Files.delete(folder);
        WAYMARK.reload(setup());
    }

    @Test
    void addressThatThisHostDoesNotHaveAndAWebServerThatCannotListenAreNoted() throws ControlException {
        InetSocketAddress absent = new InetSocketAddress("192.0.2.99", 53);
        WAYMARK.write(Setup.listeningOn(ASKED, absent)
                .servers(Family.IPV4.upstream(53))
                .with("metrics", "listen = \"192.168.111.1:53\""));
        for (int i = 0; i < 2; i++) {
            Object notes = WAYMARK.reload().get("notes");
            String log = WAYMARK.log();
            assertEquals(
                    List.of(
                            "no interface of this host has the address 192.0.2.99 (listen.addresses): queries to it are"
                                    + " answered as soon as one has",
                            "can't show metrics on 192.168.111.1:53: waymark (process "
                                    + WAYMARK.process().pid()
                                    + ") has 192.168.111.1:53; set another address in metrics.listen, or \"\" for none"),
                    notes);
            ((List<?>) notes).forEach(note -> assertTrue(log.contains("WARN " + note), WAYMARK::log));
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
            assertEquals(Set.of(0x8L), marksOf(MARKED));
        } finally {
            Files.delete(dropIn);
            Files.delete(folder);
        }
    }

    @Test
    void whatNeedsARestartIsNamed() throws ControlException {
        WAYMARK.write(
                setup().with("control", "socket = \"/run/waymark-elsewhere\"").toml());
        var answer = WAYMARK.reload();

        assertEquals(List.of("control.socket: needs a restart"), answer.get("notes"));
        assertTrue(WAYMARK.log().contains("WARN control.socket: needs a restart"), WAYMARK::log);
    }

    @Test
    void webServer() {
        WAYMARK.reload(setup().with("metrics", "listen = \"" + Web.ADDRESS + "\""));
        assertTrue(new Web(LAB).get("/health").startsWith("200"));

        WAYMARK.reload(setup());
        assertNotEquals(
                0,
                LAB.exec(Host.GATEWAY, "curl", "-s", "http://" + Web.ADDRESS + "/health")
                        .status());
    }

    @ParameterizedTest
    @EnumSource
    void marksComeFromElsewhere(MarkSource source) {
        for (MarkSource next : MarkSource.values()) {
            WAYMARK.reload(setup().marksFrom(source));
            assertEquals(Set.of((long) MARKED), marksOf(MARKED));
            WAYMARK.reload(setup().marksFrom(next));
            assertEquals(Set.of((long) MARKED), marksOf(MARKED));
        }
    }

    @ParameterizedTest
    @CsvSource({"mask = 0x9, 9", "mask = 0x80, 128", "zones = [5], 0", "answers = true, 137", "own-rule = false, 137"})
    void marking(String line, long mark) {
        assertEquals(Set.of((long) MARKED), marksOf(MARKED));
        WAYMARK.reload(setup().with("mark", line));
        assertEquals(Set.of(mark), marksOf(MARKED));
        WAYMARK.reload(setup());
        assertEquals(Set.of((long) MARKED), marksOf(MARKED));
    }

    @Test
    void unknownMarksAndPolicies() {
        LAB.shell(Host.GATEWAY, "iptables -t raw -A PREROUTING -s 192.168.111." + UNTRACKED + " -j CT --notrack");
        assertEquals(Message.NOERROR, rcode(UNTRACKED));
        WAYMARK.reload(setup().with("mark", "unknown = \"refuse\""));
        assertEquals(Message.REFUSED, rcode(UNTRACKED));
        assertEquals(Message.NOERROR, rcode(MARKED));

        WAYMARK.reload(setup().append("[[policy]]\nmark = 137\nset-mark = 7\n"));
        assertEquals(Set.of(7L), marksOf(MARKED));
        WAYMARK.reload(setup().append("[[policy]]\nmark = 137\naction = \"refuse\"\n"));
        assertEquals(Message.REFUSED, rcode(MARKED));
    }

    @Test
    void serversGroupsAndDomains() {
        String vpn = "[[upstream]]\nname = \"vpn\"\nservers = [\"10.99.0.54\"]\n";
        assertEquals(Family.IPV4.upstream(53), serverOf(MARKED));
        WAYMARK.reload(Setup.wildcard().servers(Family.IPV4.upstream(54)));
        assertEquals(Family.IPV4.upstream(54), serverOf(MARKED));
        WAYMARK.reload(setup().append(vpn + "[[policy]]\nmark = 137\nupstream = \"vpn\"\n"));
        assertEquals(Family.IPV4.upstream(54), serverOf(MARKED));
        assertEquals(Family.IPV4.upstream(53), serverOf(150));
        WAYMARK.reload(setup().append(vpn + "[[domain]]\nname = \"example\"\nupstream = \"vpn\"\n"));
        assertEquals(Family.IPV4.upstream(54), serverOf(150));
    }

    /** The servers of a group that is gone still answer what they were asked, even if the first one does not. */
    @Test
    void pendingQueriesFinishAmongTheirOwnServers() {
        String name = nextName();
        WAYMARK.reload(setup().append("""
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
            WAYMARK.reload(setup());

            assertEquals(
                    Message.NOERROR,
                    Message.rcode(udp.receive(Waiting.PATIENCE).orElseThrow().bytes()));
            assertEquals(
                    List.of(Family.IPV4.upstream(54), Family.IPV6.upstream(53)),
                    STUB.seen(name).stream().map(StubServer.Seen::at).toList());
        }
    }

    @Test
    void namesClientsLimitsAndTheLog() throws IOException {
        Path hosts = Files.writeString(WAYMARK.file().resolveSibling("hosts"), "192.0.2.9 local.example\n");
        WAYMARK.reload(setup().append("[[record]]\nname = \"own.example\"\ntype = \"A\"\nvalue = \"192.0.2.8\"\n")
                .with("local", "hosts = [\"" + hosts + "\"]")
                .with("log", "queries = true"));
        ask(MARKED, ASKED, "own.example");
        ask(MARKED, ASKED, "local.example");
        assertEquals(List.of(), STUB.seen());
        Waiting.until(
                Waiting.PATIENCE, "queries are logged", () -> WAYMARK.log().contains("asks local.example."));

        WAYMARK.reload(setup().with("listen", "allow-from = [\"192.168.111.150/32\"]"));
        assertEquals(Message.REFUSED, rcode(MARKED));
        assertEquals(Message.NOERROR, rcode(150));

        WAYMARK.reload(setup().with("limits", "tcp-connections-per-client = 1"));
        try (TcpClient first = TcpClient.connect(LAB, Family.IPV4.client(MARKED), ASKED);
                TcpClient second = TcpClient.connect(LAB, Family.IPV4.client(MARKED), ASKED)) {
            assertEquals(
                    Message.NOERROR,
                    Message.rcode(first.ask(Query.of(nextName(), Query.TXT).bytes(1))));
            assertTrue(second.isClosedWithin(Waiting.PATIENCE));
        }
    }

    /** So that another program that takes the address is not disturbed. */
    @Test
    void ownTableForgetsAnAddressWhenItsLastConnectionEnds() {
        WAYMARK.reload(Setup.listeningOn(ASKED, OTHER).servers(Family.IPV4.upstream(53)));
        try (TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(MARKED), ASKED)) {
            tcp.ask(Query.of(nextName(), Query.TXT).bytes(1));
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

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.AccountsCommand;
import org.waymark.lab.CapturedTraffic;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.PacketCapture;
import org.waymark.lab.Query;
import org.waymark.lab.RulesCommand;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** The bill equals what a capture of all packets on both links shows, to the byte and the packet. */
class AccountsIT {
    private static final List<String> LEGS = List.of("up", "down", "client_dns", "server_dns");
    private static final int LOGS_IN = 104;
    private static final int FRAGMENTED = 4_000;
    private static final int MANY_SEGMENTS = 50_000;

    /** Marks without an account of the name, and one whose account has only some bits. */
    private static final Map<Integer, String> MARKS = Map.of(
            0,
            "0x0/0xffffffff",
            101,
            "0x65/0xffffffff",
            102,
            "0x66/0xff",
            103,
            "0x67/0xffffffff",
            104,
            "0x68/0xffffffff");

    @AutoClose
    private static final Lab LAB = Lab.withoutRules();

    @AutoClose
    private static final StubServer DNS = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @AutoClose
    private static final StubServer OTHER = StubServer.on(LAB, Family.IPV4.upstream(54), Family.IPV6.upstream(54));

    @TempDir
    private Path folder;

    private final AtomicInteger names = new AtomicInteger();

    /** Every segment and every fragment is a packet of its own, as on a wire. */
    @BeforeAll
    static void switchOffloadsOff() {
        LAB.shell(Host.CLIENT, "ip link set dev lan gso_max_segs 1");
        LAB.shell(Host.UPSTREAM, "ip link set dev wan gso_max_segs 1");
        LAB.shell(Host.GATEWAY, "ip link set dev lan gso_max_segs 1; ip link set dev wan gso_max_segs 1");
        DNS.plays(StubServer.ANSWER);
        OTHER.plays((query, line) -> line.send(new byte[query.tcp() ? MANY_SEGMENTS : FRAGMENTED]));
    }

    private Setup setup() {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53))
                .with("control", "socket = \"" + folder.resolve("control") + "\"")
                .append("""
                        [[account]]
                        mark = 101
                        name = "room 101"

                        [[account]]
                        mark = "102/0xff"
                        name = "room 102"
                        """);
    }

    private Forwarder start(Setup setup) {
        return Forwarders.startWaymark(LAB, setup, "env", "STATE_DIRECTORY=" + folder.resolve("state"));
    }

    @Test
    void sumsEqualTheCaptureWhateverIsLoadedAgainOrKilled() {
        RulesCommand.removeAll(LAB);
        Setup setup = setup();
        RulesCommand rules = new RulesCommand(LAB, setup, "--accounting --login" + clients());
        rules.load();
        AccountsCommand accounts = new AccountsCommand(LAB, setup);
        try (PacketCapture lan = PacketCapture.on(LAB, Host.GATEWAY, "lan");
                PacketCapture wan = PacketCapture.on(LAB, Host.GATEWAY, "wan")) {
            Bill bill = new Bill(accounts, lan, wan, new HashMap<>());
            Forwarder killed = start(setup);
            try (killed) {
                List.of(101, 102, 103).forEach(this::use);
                logInWhileConnected(bill);
                bill.awaitEqual("use and login", killed);
                loadAgainWhileUsed(rules);
                bill.awaitEqual("load of the rules", killed);
                kill(killed);
                forward(102);
            }
            try (Forwarder again = start(setup)) {
                use(101);
                bill.awaitEqual("restart of Waymark", again);
                LAB.shell(Host.GATEWAY, "nft flush ruleset");
                rules.load();
                use(103);
                bill.awaitEqual("flush of the ruleset", again);
            }
            try (Forwarder again = start(setup)) {
                bill.awaitEqual("stop and start", again);
            }
            assertEquals(0, lan.lost() + wan.lost());
        }
    }

    @Test
    void sumsEqualTheCaptureBesideRulesOfIptables() {
        RulesCommand.removeAll(LAB);
        Setup setup = setup();
        new RulesCommand(LAB, setup, "--format iptables --accounting --login" + clients()).load();
        try (PacketCapture lan = PacketCapture.on(LAB, Host.GATEWAY, "lan");
                PacketCapture wan = PacketCapture.on(LAB, Host.GATEWAY, "wan");
                Forwarder forwarder = start(setup)) {
            Bill bill = new Bill(new AccountsCommand(LAB, setup), lan, wan, new HashMap<>());
            List.of(101, 102).forEach(this::use);
            logInWhileConnected(bill);
            bill.awaitEqual("use and login", forwarder);
            assertEquals(0, lan.lost() + wan.lost());
        }
    }

    private static String clients() {
        StringBuilder clients = new StringBuilder();
        for (int client : List.of(101, 102, 103)) {
            clients.append(" --client 192.168.111.%1$d=%1$d --client fd00:111::%1$d=%1$d".formatted(client));
        }
        return clients.toString();
    }

    private static void kill(Forwarder forwarder) {
        LAB.exec(Host.GATEWAY, "kill", "-KILL", Long.toString(forwarder.pid())).orFail();
        forwarder.awaitExit(Waiting.PATIENCE);
    }

    private void logInWhileConnected(Bill bill) {
        try (TcpClient connection = TcpClient.connect(LAB, Family.IPV4.client(LOGS_IN), Family.IPV4.upstream(54))) {
            connection.ask(new byte[FRAGMENTED]);
            Waiting.until(
                    Waiting.PATIENCE,
                    "everything is acknowledged",
                    () -> isAcknowledged(Host.CLIENT) && isAcknowledged(Host.UPSTREAM));
            bill.beforeLogin().putAll(bill.captured().byClient().get(LOGS_IN));
            LAB.exec(
                            Host.GATEWAY,
                            "nft",
                            "add element inet waymark clients4 { 192.168.111." + LOGS_IN + " : " + LOGS_IN + " }")
                    .orFail();
            connection.ask(new byte[FRAGMENTED]);
        }
    }

    private static boolean isAcknowledged(Host host) {
        String sockets = LAB.exec(host, "ss", "-Htin", "state", "established").orFail();
        return !sockets.contains("unacked") && !sockets.matches("(?s).*\\n[0-9]+ +[1-9].*");
    }

    private void loadAgainWhileUsed(RulesCommand rules) {
        AtomicBoolean loaded = new AtomicBoolean();
        CompletableFuture<Void> use = CompletableFuture.runAsync(() -> {
            while (!loaded.get()) {
                use(101);
            }
        });
        try {
            rules.load();
            rules.load();
        } finally {
            loaded.set(true);
        }
        use.join();
    }

    /** Uses every leg: over UDP and TCP, IPv4 and IPv6, in packets of all sizes. */
    private void use(int client) {
        forward(client);
        for (Family family : Family.values()) {
            byte[] query = Query.of("c" + client + "-" + names.incrementAndGet() + ".example", Query.TXT)
                    .bytes(names.get());
            try (UdpClient udp = UdpClient.from(LAB, family.client(client));
                    TcpClient tcp = TcpClient.connect(LAB, family.client(client), family.gateway())) {
                udp.ask(query, family.gateway());
                tcp.ask(query);
            }
        }
    }

    private static void forward(int client) {
        for (Family family : Family.values()) {
            InetAddress address = family.client(client);
            InetSocketAddress server = family.upstream(54);
            try (UdpClient udp = UdpClient.from(LAB, address);
                    TcpClient tcp = TcpClient.connect(LAB, address, server)) {
                udp.ask(new byte[FRAGMENTED], server);
                udp.ask(new byte[1], server);
                tcp.ask(new byte[MANY_SEGMENTS]);
            }
        }
    }

    /** What is captured, and what the command shows. */
    private record Bill(
            AccountsCommand accounts, PacketCapture lan, PacketCapture wan, Map<String, long[]> beforeLogin) {
        CapturedTraffic captured() {
            return CapturedTraffic.of(lan.packets(), wan.packets());
        }

        /** The last packets of TCP connections may still be on their way. */
        void awaitEqual(String after, Forwarder forwarder) {
            Map<String, String> expected = new TreeMap<>();
            Map<String, String> shown = new TreeMap<>();
            try {
                Waiting.until(Waiting.PATIENCE, after, () -> {
                    expected.clear();
                    shown.clear();
                    expected.putAll(expected());
                    shown.putAll(shown());
                    return expected.equals(shown);
                });
            } catch (AssertionError e) {
                assertEquals(expected, shown, after + ": " + forwarder.log());
            }
            CapturedTraffic captured = captured();
            assertTrue(captured.headersOfFragments() > 0, "there were fragments");
            assertTrue(captured.largest() <= 1_500, "offloads are off");
        }

        private Map<String, String> expected() {
            Map<String, String> expected = new TreeMap<>();
            captured()
                    .byClient()
                    .forEach((client, legs) -> LEGS.forEach(leg -> {
                        long[] all = legs.getOrDefault(leg, new long[2]);
                        long[] unmarked = client == LOGS_IN ? beforeLogin.getOrDefault(leg, new long[2]) : new long[2];
                        put(expected, client, leg, all[0] - unmarked[0], all[1] - unmarked[1]);
                        put(expected, 0, leg, unmarked[0], unmarked[1]);
                    }));
            return expected;
        }

        private static void put(Map<String, String> sums, int mark, String leg, long bytes, long packets) {
            if (packets > 0) {
                sums.put(MARKS.get(mark) + " " + leg, bytes + " bytes, " + packets + " packets");
            }
        }

        private Map<String, String> shown() {
            Map<String, String> shown = new TreeMap<>();
            accounts.byMark()
                    .forEach((mark, row) -> LEGS.forEach(leg -> {
                        if (!row.get(leg + "_packets").equals("0")) {
                            shown.put(
                                    mark + " " + leg,
                                    row.get(leg + "_bytes") + " bytes, " + row.get(leg + "_packets") + " packets");
                        }
                    }));
            return shown;
        }
    }
}

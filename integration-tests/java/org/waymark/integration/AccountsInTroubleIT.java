package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.AccountsCommand;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.RulesCommand;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Sums stay right, and what threatens them is told, when quotas are reached, files are broken, sets are missing, or marks are many. */
class AccountsInTroubleIT {
    private static final String MARK = "0x65/0xff";
    private static final int PAYLOAD = 972;
    private static final int PACKET = PAYLOAD + 28;
    private static final int MANY = 65_536;

    @AutoClose
    private static final Lab LAB = Lab.withoutRules();

    @AutoClose
    private static final StubServer SERVER = StubServer.on(LAB, Family.IPV4.upstream(54));

    @TempDir
    private Path folder;

    @BeforeEach
    void loadRules() {
        SERVER.plays((query, line) -> line.send(query.bytes()));
        RulesCommand.removeAll(LAB);
        rules().load();
    }

    private RulesCommand rules() {
        return new RulesCommand(LAB, setup(""), "--accounting --client 192.168.111.101=101");
    }

    private Setup setup(String more) {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53))
                .with("control", "socket = \"" + folder.resolve("control") + "\"")
                .append("[[account]]\nmark = \"101/0xff\"\nname = \"room 101\"\n" + more);
    }

    private Forwarder start(Setup setup) {
        return Forwarders.startWaymark(LAB, setup, "env", "STATE_DIRECTORY=" + folder.resolve("state"));
    }

    /** Sends packets to another host, and as many come back. */
    private static void forward(int packets) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(101))) {
            for (int i = 0; i < packets; i++) {
                udp.ask(new byte[PAYLOAD], Family.IPV4.upstream(54));
            }
        }
    }

    private static String internet(AccountsCommand accounts, String... options) {
        return accounts.byMark(options).get(MARK).get("internet_bytes");
    }

    @Test
    void aQuotaIsToldOnceAlsoOverARestart() throws IOException {
        Path told = folder.resolve("told");
        Path command = Files.writeString(
                folder.resolve("command"), "#!/bin/sh\necho \"$WAYMARK_ACCOUNT $WAYMARK_QUOTA $4\" >> " + told + "\n");
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
        Setup setup = setup("quota = \"10KiB\"\nnotify = \"" + command + "\"\n");
        AccountsCommand accounts = new AccountsCommand(LAB, setup);
        try (Forwarder forwarder = start(setup)) {
            forward(5);
            assertEquals("", accounts.byMark().get(MARK).get("reached"), forwarder::log);
            forward(1);
            assertNotEquals("", accounts.byMark().get(MARK).get("reached"), forwarder::log);
            Waiting.until(Waiting.PATIENCE, "the command was run", () -> Files.exists(told));
            assertTrue(
                    forwarder.log().contains("WARN account room 101 (mark 0x65/0xff) has reached its quota"),
                    forwarder::log);
            forward(1);
            assertTrue(accounts.run().orFail().contains("10.0 KiB, reached on "));
        }
        try (Forwarder again = start(setup)) {
            forward(1);
            assertEquals(Integer.toString(16 * PACKET), internet(accounts), again::log);
            assertFalse(again.log().contains("quota"), again::log);
            assertEquals(List.of("room 101 10240 " + 12 * PACKET), Files.readAllLines(told));

            assertEquals(Integer.toString(16 * PACKET), internet(accounts, "--reset", "room 101"));
            forward(6);
            assertEquals(Integer.toString(12 * PACKET), internet(accounts), "the next guest begins with nothing");
            Waiting.until(
                    Waiting.PATIENCE,
                    "the command was run for the next guest",
                    () -> lines(told).size() == 2);
            assertEquals(
                    Integer.toString(28 * PACKET),
                    internet(accounts, "--since", "2020-01-01"),
                    "but the days have everything");
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aBrokenFileIsSetAsideAndSumsBeginWithTheCounters() throws IOException {
        Setup setup = setup("");
        AccountsCommand accounts = new AccountsCommand(LAB, setup);
        try (Forwarder forwarder = start(setup)) {
            forward(1);
            assertEquals(Integer.toString(2 * PACKET), internet(accounts), forwarder::log);
        }
        Path file = folder.resolve("state").resolve("accounts");
        Files.writeString(file, Files.readString(file).replace("total", "tota1"));
        try (Forwarder forwarder = start(setup)) {
            assertEquals(Integer.toString(2 * PACKET), internet(accounts), forwarder::log);
            assertTrue(forwarder.log().contains("accounts is broken: its checksum is wrong. It is "), forwarder::log);
            try (Stream<Path> files = Files.list(folder.resolve("state"))) {
                assertTrue(files.anyMatch(path -> path.getFileName().toString().startsWith("accounts.broken-")));
            }
        }
    }

    @Test
    void missingSetsAreTold() {
        Setup setup = setup("");
        AccountsCommand accounts = new AccountsCommand(LAB, setup);
        LAB.shell(Host.GATEWAY, "nft delete table inet waymark");
        try (Forwarder forwarder = start(setup)) {
            String missing =
                    "the table inet waymark of nft has no sets forwarded_up, forwarded_down, client_dns, server_dns";
            Waiting.until(Waiting.PATIENCE, "it is told", () -> forwarder.log().contains(missing));
            assertTrue(accounts.run().output().contains("warning: not everything is counted for accounts: " + missing));
            rules().load();
            forward(1);
            Lab.Outcome shown = accounts.run();
            assertFalse(shown.output().contains("warning"), shown::output);
            assertTrue(shown.output().matches("(?s).*room 101 +0x65/0xff +2.0 KiB .*"), shown::output);
            assertEquals(
                    1,
                    Pattern.compile("WARN .*counted")
                            .matcher(forwarder.log())
                            .results()
                            .count(),
                    forwarder::log);
        }
    }

    @Test
    void flowtablesAreTold() {
        Setup setup = setup("");
        Lab.Outcome loaded = LAB.exec(Host.GATEWAY, "nft", """
                add table ip fast
                add flowtable ip fast express { hook ingress priority 0; devices = { lan, wan }; }
                add chain ip fast forward { type filter hook forward priority 0; }
                add rule ip fast forward ip protocol udp flow add @express
                """);
        assumeTrue(loaded.status() == 0, "this kernel has no flowtables: " + loaded.errors());
        try (Forwarder forwarder = start(setup)) {
            String told = "the flowtable express forwards packets past all rules";
            Waiting.until(Waiting.PATIENCE, "it is told", () -> forwarder.log().contains(told));
            assertTrue(new AccountsCommand(LAB, setup).run().output().contains(told));
        }
    }

    /** No packet is read twice, and what the sets have counted since the last reading is all that a flush can take away. */
    @Test
    void aFlushOfTheRulesetLosesAtMostWhatCameSinceTheLastReading() {
        Setup setup = setup("");
        AccountsCommand accounts = new AccountsCommand(LAB, setup);
        try (Forwarder forwarder = start(setup)) {
            long sent = 0;
            for (int flush = 0; flush < 3; flush++) {
                forward(20);
                sent += 40 * PACKET;
                String before = internet(accounts);
                assertEquals(sent, Long.parseLong(before), forwarder::log);
                forward(10);
                LAB.shell(Host.GATEWAY, "nft flush ruleset");
                rules().load();
                long lost = sent + 20 * PACKET - Long.parseLong(internet(accounts));
                assertTrue(lost >= 0 && lost <= 20 * PACKET, () -> lost + " bytes are lost: " + forwarder.log());
                sent += 20 * PACKET - lost;
            }
        }
    }

    @Test
    void manyMarksAreAddedUpToTheLastPacket() throws IOException {
        Setup setup = setup("");
        AccountsCommand accounts = new AccountsCommand(LAB, setup);
        LAB.loadNft(Host.GATEWAY, """
                table inet many {
                    counter passed {}
                    chain forward {
                        type filter hook forward priority 0;
                        ct direction original ct mark set numgen inc mod %d counter name passed
                    }
                }
                """.formatted(MANY));
        // The kernel can't add so many in a moment while packets wait.
        LAB.shell(
                Host.GATEWAY,
                "echo add element inet waymark forwarded_up { $(seq -s, 0 " + (MANY - 1) + ") } | nft -f -");
        SERVER.plays(StubServer.SILENCE);
        try (Forwarder forwarder = start(setup)) {
            int idle = forwarder.residentMebibytes();
            try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(101))) {
                while (passed() < 2L * MANY * PACKET) {
                    for (int i = 0; i < MANY / 8; i++) {
                        udp.send(new byte[PAYLOAD], Family.IPV4.upstream(54));
                    }
                }
            }
            Map<String, Map<String, String>> sums = accounts.byMark();
            assertEquals(passed(), total(sums), forwarder::log);
            assertEquals(4_096 + 2, sums.size());
            assertTrue(Long.parseLong(sums.get(MARK).get("up_packets")) >= 2 * MANY / 256);
            assertTrue(Long.parseLong(sums.get("other").get("up_packets")) > MANY);
            System.out.println(
                    "65,536 marks: " + idle + " MiB before, " + forwarder.residentMebibytes() + " MiB after");
        }
        System.out.println("65,536 marks: file of " + Files.size(folder.resolve("state/accounts")) + " bytes");
        try (Forwarder again = start(setup)) {
            assertEquals(passed(), total(accounts.byMark()), again::log);
            assertFalse(again.log().contains("ERROR"), again::log);
        }
    }

    private static long passed() {
        String listed = LAB.exec(Host.GATEWAY, "nft", "list", "counter", "inet", "many", "passed")
                .orFail();
        return Long.parseLong(listed.replaceAll("(?s).* bytes (\\d+).*", "$1"));
    }

    private static long total(Map<String, Map<String, String>> sums) {
        return sums.values().stream()
                .mapToLong(row -> Long.parseLong(row.get("internet_bytes")))
                .sum();
    }
}

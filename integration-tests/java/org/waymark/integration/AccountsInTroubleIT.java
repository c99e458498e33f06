package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import org.waymark.lab.Web;

/** Sums stay right, and what threatens them is told, when quotas are reached, files are broken, or sets are missing. */
class AccountsInTroubleIT {
    private static final String MARK = "0x65/0xff";
    private static final int PAYLOAD = 972;
    private static final int PACKET = PAYLOAD + 28;

    @AutoClose
    private static final Lab LAB = Lab.withoutRules();

    @AutoClose
    private static final StubServer SERVER = StubServer.on(LAB, Family.IPV4.upstream(54));

    private static final RulesCommand RULES = new RulesCommand(
            LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)), "--accounting --client 192.168.111.101=101");

    @TempDir
    private Path folder;

    @BeforeEach
    void loadRules() {
        SERVER.plays((query, line) -> line.send(query.bytes()));
        RulesCommand.removeAll(LAB);
        RULES.load();
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

    private static long internet(AccountsCommand accounts) {
        return internet(accounts, Map.of());
    }

    private static long internet(AccountsCommand accounts, Map<String, Object> arguments) {
        return AccountsCommand.count(accounts.byMark(arguments).get(MARK), "internet", "bytes");
    }

    @Test
    void aQuotaIsToldOnceAlsoOverARestart() throws IOException {
        Path told = folder.resolve("told");
        Path command = Files.writeString(
                folder.resolve("command"), "#!/bin/sh\necho \"$WAYMARK_ACCOUNT $WAYMARK_QUOTA $4\" >> " + told + "\n");
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
        Setup setup = setup("quota = \"10KiB\"\nnotify = \"" + command + "\"\n")
                .with("metrics", "listen = \"" + Web.ADDRESS + "\"");
        AccountsCommand accounts = new AccountsCommand(LAB, folder.resolve("control"));
        try (Forwarder forwarder = start(setup)) {
            forward(5);
            assertNull(accounts.byMark().get(MARK).get("reached"), forwarder::log);
            forward(1);
            assertNotNull(accounts.byMark().get(MARK).get("reached"), forwarder::log);
            Waiting.until(Waiting.PATIENCE, "the command was run", () -> Files.exists(told));
            assertTrue(
                    forwarder.log().contains("WARN account room 101 (mark 0x65/0xff) has reached its quota"),
                    forwarder::log);
            forward(1);
            assertTrue(accounts.run().orFail().contains("10.0 KiB, reached on "));
            assertTrue(accounts.run("--csv").orFail().contains("\r\n\"room 101\",0x65/0xff,14000,14,"));
        }
        try (Forwarder again = start(setup)) {
            forward(1);
            assertEquals(16 * PACKET, internet(accounts), again::log);
            assertFalse(again.log().contains("quota"), again::log);
            assertEquals(List.of("room 101 10240 " + 12 * PACKET), Files.readAllLines(told));

            assertEquals(16 * PACKET, internet(accounts, Map.of("reset", "room 101")));
            forward(6);
            assertEquals(12 * PACKET, internet(accounts), "the next guest begins with nothing");
            Web web = new Web(LAB);
            assertEquals(12 * PACKET, web.sum("waymark_account_used_bytes", "traffic=\"internet\""));
            assertEquals(28 * PACKET, web.sum("waymark_account_bytes_total", "traffic=\"internet\""));
            Waiting.until(
                    Waiting.PATIENCE,
                    "the command was run for the next guest",
                    () -> lines(told).size() == 2);
            assertEquals(
                    28 * PACKET, internet(accounts, Map.of("since", "2020-01-01")), "but the days have everything");
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
        AccountsCommand accounts = new AccountsCommand(LAB, folder.resolve("control"));
        try (Forwarder forwarder = start(setup)) {
            forward(1);
            assertEquals(2 * PACKET, internet(accounts), forwarder::log);
        }
        Path file = folder.resolve("state").resolve("accounts");
        Files.writeString(file, Files.readString(file).replace("total", "tota1"));
        try (Forwarder forwarder = start(setup)) {
            assertEquals(2 * PACKET, internet(accounts), forwarder::log);
            assertTrue(forwarder.log().contains("accounts is broken: its checksum is wrong. It is "), forwarder::log);
            try (Stream<Path> files = Files.list(folder.resolve("state"))) {
                assertTrue(files.anyMatch(path -> path.getFileName().toString().startsWith("accounts.broken-")));
            }
        }
    }

    @Test
    void missingSetsAreTold() {
        Setup setup = setup("");
        AccountsCommand accounts = new AccountsCommand(LAB, folder.resolve("control"));
        LAB.shell(Host.GATEWAY, "nft delete table inet waymark");
        try (Forwarder forwarder = start(setup)) {
            String missing =
                    "the table inet waymark of nft has no sets forwarded_up, forwarded_down, client_dns, server_dns";
            Waiting.until(Waiting.PATIENCE, "it is told", () -> forwarder.log().contains(missing));
            assertTrue(accounts.run().output().contains("warning: not everything is counted for accounts: " + missing));
            RULES.load();
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
    void aTableThatIsRemovedWhileWaymarkRunsIsToldAtOnceToWhoAsksAndSoonInTheLog() {
        Setup setup = setup("");
        AccountsCommand accounts = new AccountsCommand(LAB, folder.resolve("control"));
        try (Forwarder forwarder = start(setup)) {
            forward(1);
            assertFalse(accounts.run().orFail().contains("warning"), forwarder::log);
            LAB.shell(Host.GATEWAY, "nft delete table inet waymark");
            String missing = "not everything is counted for accounts: the table inet waymark of nft has no sets";
            assertTrue(accounts.run().output().contains("warning: " + missing), forwarder::log);
            Waiting.until(
                    Waiting.PATIENCE, "the log tells", () -> forwarder.log().contains("WARN " + missing));
        }
    }

    @Test
    void setsThatNoRuleAddsToAnyMoreAreTold() {
        Setup setup = setup("");
        AccountsCommand accounts = new AccountsCommand(LAB, folder.resolve("control"));
        try (Forwarder forwarder = start(setup)) {
            forward(1);
            assertFalse(accounts.run().orFail().contains("warning"), forwarder::log);
            LAB.shell(Host.GATEWAY, "nft flush table inet waymark");
            String told =
                    "warning: not everything is counted for accounts: no rule of the table inet waymark of nft adds"
                            + " to the sets forwarded_up, forwarded_down, client_dns, server_dns (run the script";
            assertTrue(accounts.run().output().contains(told), forwarder::log);
            RULES.load();
            assertFalse(accounts.run().orFail().contains("warning"), forwarder::log);
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
            assertTrue(new AccountsCommand(LAB, folder.resolve("control"))
                    .run()
                    .output()
                    .contains(told));
        }
    }

    /** No packet is read twice, and what the sets have counted since the last reading is all that a flush can take away. */
    @Test
    void aFlushOfTheRulesetLosesAtMostWhatCameSinceTheLastReading() {
        Setup setup = setup("");
        AccountsCommand accounts = new AccountsCommand(LAB, folder.resolve("control"));
        try (Forwarder forwarder = start(setup)) {
            long sent = 0;
            for (int flush = 0; flush < 3; flush++) {
                forward(20);
                sent += 40 * PACKET;
                assertEquals(sent, internet(accounts), forwarder::log);
                forward(10);
                LAB.shell(Host.GATEWAY, "nft flush ruleset");
                RULES.load();
                long lost = sent + 20 * PACKET - internet(accounts);
                assertTrue(lost >= 0 && lost <= 20 * PACKET, () -> lost + " bytes are lost: " + forwarder.log());
                sent += 20 * PACKET - lost;
            }
        }
    }
}

package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.BootedDebian;
import org.waymark.lab.Family;
import org.waymark.lab.Lab.Outcome;
import org.waymark.lab.Waiting;

/** The service on a real systemd: it is installed from the package, and goes on whatever happens to it. */
@ParameterizedClass
@EnumSource
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DebianServiceIT {
    private static final double MOST_EXPOSED = 1.7;
    private static final String GOOD = """
            [[upstream]]
            servers = ["10.99.0.54"]
            """;

    @Parameter
    private BootedDebian.Release release;

    private DebianGateway gateway;
    private BootedDebian debian;

    @BeforeParameterizedClassInvocation
    void install() {
        gateway = DebianGateway.withWaymark(release);
        debian = gateway.debian();
    }

    @AfterParameterizedClassInvocation
    void end() {
        gateway.close();
    }

    /** Each test begins with a service that runs and a file that is good. */
    @BeforeEach
    void configured() {
        gateway.stub().reset();
        gateway.configure(GOOD).orFail();
        gateway.awaitAnswer();
    }

    @Test
    void statusTellsHowItIsDoing() {
        assertEquals("active", debian.property("waymark", "ActiveState"));
        assertEquals("enabled", debian.property("waymark", "UnitFileState"));
        Waiting.until(Waiting.PATIENCE, "a status", () -> debian.exec("systemctl", "--no-pager", "status", "waymark")
                .output()
                .matches("(?s).*Status: \"\\d+ quer(y|ies) a second.*"));
    }

    @Test
    void journalHasThePriorityOfEachLine() {
        debian.write("/etc/waymark/waymark.toml", "faulty");
        debian.exec("systemctl", "reload", "waymark");
        List<String> lines = debian.shell("journalctl -u waymark -o json")
                .lines()
                .filter(line -> line.matches(".*\"MESSAGE\":\"(INFO|WARN) .*"))
                .toList();
        assertTrue(lines.stream().anyMatch(line -> line.contains("\"MESSAGE\":\"WARN ")));
        for (String line : lines) {
            String priority = line.contains("\"MESSAGE\":\"WARN ") ? "4" : "6";
            assertTrue(line.contains("\"PRIORITY\":\"" + priority + "\""), line);
        }
    }

    @Test
    void unitIsAsTightAsItCanBe() {
        String verdict = debian.shell("systemd-analyze security --no-pager waymark | tail -n 1");
        Matcher exposure = Pattern.compile("(\\d\\.\\d) OK").matcher(verdict);
        assertTrue(exposure.find(), verdict);
        System.out.println("exposure of the unit on " + release + ": " + exposure.group(1));
        assertTrue(Double.parseDouble(exposure.group(1)) <= MOST_EXPOSED, verdict);
    }

    @Test
    void reloadPutsAChangedFileIntoForce() {
        long pid = gateway.pid();
        gateway.configure(GOOD.replace(".54", ".53")).orFail();
        gateway.stub().reset();
        gateway.awaitAnswer();
        assertEquals(Family.IPV4.upstream(53), gateway.stub().seen().get(0).at());
        assertEquals(pid, gateway.pid());
    }

    @Test
    void reloadOfAFaultyFileIsRefusedAndTold() {
        long pid = gateway.pid();
        Outcome outcome = gateway.configure("[[upstream]]\nserver = [\"10.99.0.54\"]\n");
        assertNotEquals(0, outcome.status());
        assertTrue(debian.journal("waymark")
                .contains("waymark.toml:2:1: upstream.server: is unknown (did you mean servers?)"));
        assertTrue(debian.property("waymark", "StatusText").contains("refused"));
        gateway.awaitAnswer();
        assertEquals(pid, gateway.pid());
    }

    @Test
    void restartIsAnotherProcessThatAnswers() {
        long pid = gateway.pid();
        debian.shell("systemctl restart waymark");
        assertNotEquals(pid, gateway.pid());
        gateway.awaitAnswer();
    }

    @Test
    void oneThatIsKilledIsStartedAgain() {
        long pid = gateway.pid();
        debian.shell("kill -KILL " + pid);
        awaitAnother(pid);
    }

    @Test
    void oneThatHangsIsStartedAgain() {
        long pid = gateway.pid();
        debian.shell("kill -STOP " + pid);
        awaitAnother(pid);
        assertTrue(debian.journal("waymark").contains("Watchdog timeout"));
    }

    private void awaitAnother(long pid) {
        Waiting.until(Waiting.PATIENCE, "another process", () -> gateway.pid() != pid && gateway.pid() != 0);
        gateway.awaitAnswer();
    }

    @Test
    void addressMayComeLater() {
        gateway.configure("[listen]\naddresses = [\"192.168.111.9\"]\n" + GOOD).orFail();
        debian.shell("systemctl restart waymark");
        var late = new InetSocketAddress(Family.address("192.168.111.9"), 53);
        assertFalse(gateway.isAnsweredAt(late));
        debian.shell("ip address add 192.168.111.9/24 dev lan");
        Waiting.until(Waiting.PATIENCE, "an answer", () -> gateway.isAnsweredAt(late));
        debian.shell("ip address delete 192.168.111.9/24 dev lan");
    }

    @Test
    void resolvConfMayComeLater() {
        debian.shell("rm -f /etc/resolv.conf");
        gateway.configure("[[upstream]]\nservers = [\"resolv.conf\"]\n");
        debian.shell("systemctl restart waymark");
        assertFalse(gateway.isAnswered());
        gateway.nameServer("10.99.0.53");
        gateway.awaitAnswer();
    }

    /** The links have no addresses and are down when the host boots, which takes its time in many networks. */
    @Test
    void networkMayComeAfterTheBoot() {
        String network =
                debian.shell("ip -o address show scope global | awk '{ print \"address add\", $4, \"dev\", $2 }'");
        debian.shell("for link in lan wan; do ip link set $link down; ip address flush dev $link; done");
        debian.losePowerAndBoot();
        Waiting.until(
                Waiting.PATIENCE,
                "Waymark is active",
                () -> debian.exec("systemctl", "is-active", "waymark").status() == 0);
        assertFalse(gateway.isAnswered());
        debian.shell("ip link set lan up; ip link set wan up; ip -batch - <<'COMMANDS'\n" + network + "COMMANDS\n");
        gateway.awaitAnswer();
    }
}

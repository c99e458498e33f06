package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.BootedDebian;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.KernelCounts;
import org.waymark.lab.Measurement;
import org.waymark.lab.Message;
import org.waymark.lab.Nsd;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.SteadyLoad;
import org.waymark.lab.SteadyLoad.Asked;
import org.waymark.lab.TruthMeter;

/**
 * Clients get no wrong mark, refusal or failure from an upgrade, a downgrade or a restart while they ask 2,000 times a second with 33
 * marks, and every answer if the unit keeps sockets.
 */
@ParameterizedClass
@EnumSource
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DebianUpgradeIT {
    private static final int RATE = 2_000;

    /** The configuration that the user has changed. */
    private static final String CHANGED = """
            # The user's.
            [[upstream]]
            servers = ["10.99.0.55"]
            timeout = "3s"
            """;

    private static final Map<String, String> ZONE = Map.of(
            "example",
            "$ORIGIN example.\n$TTL 60\n@ SOA a a 1 1 1 1 1\n@ NS a\na A 192.0.2.1\n* TXT \"any name has this\"\n");

    private static final String BEFORE = "0.0.1";

    @Parameter
    private BootedDebian.Release release;

    private DebianGateway gateway;
    private BootedDebian debian;
    private Nsd server;
    private String before;

    @BeforeParameterizedClassInvocation
    void install() {
        gateway = DebianGateway.withWaymark(release);
        debian = gateway.debian();
        gateway.lab().rules("--many");
        server = Nsd.start(gateway.lab(), Family.IPV4.upstream(55), ZONE);
        gateway.configure(CHANGED).orFail();
        before = gateway.packageOfVersion(BEFORE);
    }

    @AfterParameterizedClassInvocation
    void end() {
        server.close();
        gateway.close();
    }

    @Test
    void upgradeGoesUnnoticed() throws IOException {
        gateway.apt("install", "--allow-downgrades", before).orFail();
        underLoad("upgrade", () -> gateway.install(DebianGateway.PACKAGE).orFail());
        assertNotEquals(BEFORE, version());
    }

    @Test
    void downgradeGoesUnnoticed() throws IOException {
        gateway.install(DebianGateway.PACKAGE).orFail();
        underLoad("downgrade", () -> gateway.apt("install", "--allow-downgrades", before)
                .orFail());
        assertEquals(BEFORE, version());
    }

    @Test
    void whatCouldNotStartDoesNotEndWhatRuns() {
        gateway.apt("install", "--allow-downgrades", before).orFail();
        gateway.awaitAnswer();
        long pid = gateway.pid();
        debian.write("/etc/waymark/waymark.d/faulty.toml", "colours = 1\n");
        try {
            String printed = gateway.install(DebianGateway.PACKAGE).orFail();
            assertTrue(printed.contains("/etc/waymark/waymark.d/faulty.toml:1:1: colours: is unknown"), printed);
            assertEquals(pid, gateway.pid());
            assertTrue(gateway.isAnswered());
        } finally {
            debian.shell("rm /etc/waymark/waymark.d/faulty.toml");
        }
        debian.shell("systemctl restart waymark");
        gateway.awaitAnswer();
    }

    @Test
    void restartGoesUnnoticed() throws IOException {
        underLoad("systemctl restart", () -> debian.shell("systemctl restart waymark"));
    }

    private String version() {
        return debian.shell("dpkg-query -W -f '${Version}' waymark");
    }

    private void underLoad(String what, Runnable work) throws IOException {
        gateway.awaitAnswer();
        long pid = gateway.pid();
        long droppedBefore = dropped();
        try (TruthMeter meter = TruthMeter.on(gateway.lab());
                SteadyLoad load = SteadyLoad.start(
                        gateway.lab(),
                        RecipeClients.addresses(Family.IPV4),
                        Family.IPV4.gateway(),
                        RATE,
                        RecipeClients::name)) {
            load.untilAsked(RATE);
            work.run();
            gateway.awaitAnswer();
            load.untilSecond(load.seconds() + 1);
            judge(what, load.finish(), meter, dropped() - droppedBefore);
        }
        assertNotEquals(pid, gateway.pid());
        assertEquals(CHANGED, debian.shell("cat /etc/waymark/waymark.toml"));
    }

    private void judge(String what, List<Asked> asked, TruthMeter meter, long dropped) {
        long lost = SteadyLoad.count(asked, question -> !question.isAnswered());
        long failed = SteadyLoad.count(asked, question -> question.isAnswered() && !question.has(Message.NOERROR));
        Measurement measured = meter.measurement();
        System.out.printf(
                "%s of %s: %,d queries, %,d lost, %,d of them dropped by a busy kernel, %,d failed, %,d of %,d packets wrong%n",
                what, release, asked.size(), lost, dropped, failed, measured.wrong(), measured.packets());
        assertEquals(List.of(), measured.stories());
        assertEquals(0, SteadyLoad.count(asked, question -> question.has(Message.REFUSED)));
        assertEquals(0, failed);
        if (keepsSockets()) {
            assertTrue(lost <= dropped, lost + " lost, " + dropped + " dropped");
        }
    }

    /** Whether systemd keeps the sockets, with what comes meanwhile, from one process to the next. */
    private boolean keepsSockets() {
        return !debian.property("waymark", "FileDescriptorStoreMax").equals("0");
    }

    /** What found no room in a socket, which is more the slower the machine starts a process. */
    private long dropped() {
        return KernelCounts.udp(gateway.lab(), Host.GATEWAY, KernelCounts.NO_ROOM)
                + KernelCounts.udp(gateway.lab(), Host.CLIENT, KernelCounts.NO_ROOM);
    }
}

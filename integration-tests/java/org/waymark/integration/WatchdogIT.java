package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.FailingCalls;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.NotifySocket;
import org.waymark.lab.Setup;
import org.waymark.lab.Waiting;

/** systemd's watchdog restarts what does not tell in time that all is well, and is told so only while that is true. */
class WatchdogIT {
    private static final Duration SOON = Waiting.PATIENCE;
    private static final Predicate<String> WATCHDOG = "WATCHDOG=1"::equals;

    @AutoClose
    private static final Lab LAB = Lab.up();

    /** WATCHDOG_USEC, a second: a notice is due four times in it. */
    @Test
    void isToldThatAllIsWellOnlyWhileEveryWorkersLoopTurns(@TempDir Path directory) {
        Path path = directory.resolve("notify");
        try (NotifySocket systemd = NotifySocket.at(path);
                Forwarder forwarder = watched(path)) {
            assertEquals("READY=1", systemd.next(SOON));
            assertEquals("WATCHDOG=1", systemd.next(SOON));
            FailingCalls.whileHanging(forwarder, "worker-", "epoll_wait,epoll_pwait,epoll_pwait2", () -> {
                Waiting.until(SOON, "silence", () -> systemd.next(Duration.ofSeconds(1), WATCHDOG) == null);
            });
            assertEquals("WATCHDOG=1", systemd.next(SOON), "it turns again");
        }
    }

    @Test
    void isToldNothingWhileTheProcessIsStopped(@TempDir Path directory) {
        Path path = directory.resolve("notify");
        try (NotifySocket systemd = NotifySocket.at(path);
                Forwarder forwarder = watched(path)) {
            assertEquals("WATCHDOG=1", systemd.next(SOON, WATCHDOG));
            LAB.shell(Host.GATEWAY, "kill -STOP " + forwarder.pid());
            Waiting.until(SOON, "silence", () -> systemd.next(Duration.ofSeconds(1), WATCHDOG) == null);
            LAB.shell(Host.GATEWAY, "kill -CONT " + forwarder.pid());
            assertEquals("WATCHDOG=1", systemd.next(SOON, WATCHDOG));
        }
    }

    private static Forwarder watched(Path path) {
        return Forwarders.startWaymark(
                LAB,
                Setup.wildcard().servers(Family.IPV4.upstream(53)),
                "env",
                "NOTIFY_SOCKET=" + path,
                "WATCHDOG_USEC=1000000");
    }
}

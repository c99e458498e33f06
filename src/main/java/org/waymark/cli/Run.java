package org.waymark.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;
import org.waymark.host.StartException;
import org.waymark.log.LogOutput;
import org.waymark.log.LogSettings;
import org.waymark.server.Origin;
import org.waymark.server.WaymarkServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code waymark run}: forwards queries until a signal stops it. */
@Command(
        name = Waymark.RUN,
        description = "Forwards queries until SIGTERM or SIGINT stops it. SIGHUP reloads the configuration.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Run implements Callable<Integer> {
    /** EX_CONFIG of sysexits.h: another start helps only after a change to the file or the host. */
    static final int NOT_WITHOUT_A_CHANGE = 78;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption option;

    @Override
    public Integer call() throws InterruptedException {
        try {
            Configuration configuration = option.read();
            LogSettings.apply(configuration.log());
            try (LogOutput log = LogOutput.open()) {
                serve(configuration, new Origin(Waymark.Version.text(), option.file()), log);
            }
            return ExitCode.OK;
        } catch (ConfigurationException e) {
            return fail(e.getMessage(), NOT_WITHOUT_A_CHANGE);
        } catch (StartException e) {
            return fail("waymark: " + e.getMessage(), e.isPassing() ? ExitCode.SOFTWARE : NOT_WITHOUT_A_CHANGE);
        }
    }

    private int fail(String message, int status) {
        spec.commandLine().getErr().println(message);
        return status;
    }

    /** Listens for the signal before the start, because it may come as soon as a socket listens. */
    private void serve(Configuration configuration, Origin origin, LogOutput log)
            throws StartException, InterruptedException {
        CompletableFuture<WaymarkServer> started = new CompletableFuture<>();
        Thread onSignal = new Thread(() -> stopWithStatusOk(started, log), "stop");
        if (!addUnlessEnding(onSignal)) {
            return;
        }
        try {
            ReloadSignal.onHangup(() -> started.thenAccept(WaymarkServer::reload))
                    .ifPresent(why -> spec.commandLine().getErr().println("WARN " + why));
            WaymarkServer server = WaymarkServer.start(configuration, option::readAgain, origin);
            started.complete(server);
            server.awaitStop();
        } finally {
            started.cancel(false);
            removeUnlessRunning(onSignal);
        }
    }

    /** Stops with status 0. Java would end with status 143 after SIGTERM, as if it had been killed. */
    private static void stopWithStatusOk(CompletableFuture<WaymarkServer> started, LogOutput log) {
        try {
            started.join().stop();
            log.close();
            Runtime.getRuntime().halt(ExitCode.OK);
        } catch (CancellationException e) {
            // The start has failed, so there is nothing to stop.
        }
    }

    private static boolean addUnlessEnding(Thread hook) {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            return true;
        } catch (IllegalStateException e) {
            return false; // The signal came even earlier, and nothing has been started.
        }
    }

    /** Removes the hook, so that a server that stopped by itself ends the process with its own status, not with the hook's. */
    private static void removeUnlessRunning(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook has stopped the server.
        }
    }
}

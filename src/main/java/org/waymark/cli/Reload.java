package org.waymark.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.waymark.config.Configuration;
import org.waymark.control.ControlClient;
import org.waymark.control.ControlException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code waymark reload}: has the running Waymark read its configuration again, and waits until it is in force. */
@Command(
        name = "reload",
        description = "Has the running Waymark read its configuration again. Exit status: 0 once it is in force, or 1"
                + " if nothing has changed, with the reason.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Reload implements Callable<Integer> {
    private static final Path USUAL_SOCKET = Path.of("/run/waymark/control");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption option;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "The control socket. Default: control.socket of the configuration.")
    private Path socket;

    @Option(names = "--json", description = "Writes the answer as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (ControlClient client = ControlClient.connect(socket())) {
            Map<String, Object> answer = client.ask("reload", Map.of());
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(answer));
            } else {
                out.println("reloaded: " + answer.get("reloaded"));
                ((List<?>) answer.get("notes"))
                        .forEach(note -> spec.commandLine().getErr().println(note + " (warning)"));
            }
            return ExitCode.OK;
        } catch (ControlException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    /** Whatever else is faulty in the configuration: the running Waymark is to say what is wrong with it. */
    private Path socket() {
        return socket != null
                ? socket
                : Configuration.readControl(option.file()).socket().orElse(USUAL_SOCKET);
    }
}

package org.waymark.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;
import org.waymark.config.Control;
import org.waymark.control.ControlClient;
import org.waymark.control.ControlException;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command that speaks to a running Waymark, and the way to it. */
final class ControlOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption option;

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            description =
                    "The control socket of the running Waymark. Default: control.socket in the configuration file")
    private Path socket;

    @Option(names = "--json", description = "Prints JSON, for programs.")
    private boolean json;

    /** The configuration file that the running Waymark must have; empty if its socket is named, or the usual file is meant. */
    Optional<Path> file() {
        return socket != null || option.isUsual()
                ? Optional.empty()
                : Optional.of(option.file().toAbsolutePath());
    }

    boolean json() {
        return json;
    }

    /** Something that is asked of a running Waymark. */
    interface Conversation {
        void with(ControlClient waymark) throws ControlException;
    }

    /** How an answer is told to people. */
    interface Text {
        String of(Answer answer);
    }

    /** Speaks to the running Waymark; returns the exit status. */
    int speak(Conversation conversation) {
        try (ControlClient waymark = ControlClient.connect(path())) {
            conversation.with(waymark);
            return ExitCode.OK;
        } catch (ControlException e) {
            spec.commandLine().getErr().println("waymark: " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    /** Asks for one thing and prints the answer; returns the exit status. */
    int ask(String command, Map<String, Object> arguments, Text text) {
        return speak(waymark -> {
            Answer answer = new Answer(waymark.ask(command, arguments));
            print(json ? answer.json() : text.of(answer));
        });
    }

    /** Prints at once; returns whether somebody still reads. */
    boolean print(String lines) {
        spec.commandLine().getOut().print(lines);
        return !spec.commandLine().getOut().checkError();
    }

    private Path path() throws ControlException {
        if (socket != null) {
            return socket;
        }
        return readControl()
                .socket()
                .orElseThrow(() -> new ControlException("control.socket is \"\" in " + option.file()
                        + ": a Waymark that runs by it takes no commands (name a socket there and restart it)"));
    }

    /** Whose file is not the usual one must not speak to the Waymark that has the usual socket. */
    private Control readControl() throws ControlException {
        try {
            return Configuration.readControl(option.file());
        } catch (ConfigurationException e) {
            if (option.isUsual()) {
                return Control.BY_DEFAULT;
            }
            throw new ControlException(e.getMessage());
        }
    }
}

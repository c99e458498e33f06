package org.waymark.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code waymark reload}: has the running Waymark read its configuration again, and waits until it is in force. */
@Command(
        name = "reload",
        description = "Has the running Waymark read its configuration again. Exit status: 0 once it is in force, or 1"
                + " if nothing has changed, with the reason.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Reload implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ControlOption control;

    @Override
    public Integer call() {
        Map<String, Object> arguments = new HashMap<>();
        control.file().ifPresent(file -> arguments.put("configuration", file.toString()));
        return control.ask("reload", arguments, this::text);
    }

    private String text(Answer answer) {
        answer.texts("notes").forEach(note -> spec.commandLine().getErr().println(note + " (warning)"));
        return "reloaded: " + answer.text("reloaded") + "\n";
    }
}

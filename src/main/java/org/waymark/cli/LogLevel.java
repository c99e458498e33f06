package org.waymark.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code waymark log LEVEL}: changes how much the running Waymark logs. */
@Command(
        name = "log",
        description = "Changes how much the running Waymark logs, until it reads its configuration again.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class LogLevel implements Callable<Integer> {
    @Mixin
    private ControlOption control;

    @Parameters(
            paramLabel = "LEVEL",
            description = "The least important lines that are logged: error, warn, info or debug.")
    private String level;

    @Override
    public Integer call() {
        return control.ask("log", Map.of("level", level), answer -> "logs from now on: " + answer.text("level") + "\n");
    }
}

package org.waymark.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code waymark accounts}: what each account has used. */
@Command(
        name = "accounts",
        description =
                "What each account has used, and each mark without one. \"INTERNET\" is what a provider meters: it is without"
                        + " the DNS between client and gateway.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Bill implements Callable<Integer> {
    @Mixin
    private ControlOption control;

    @Option(names = "--csv", description = "Prints comma-separated values, in bytes, for programs.")
    private boolean csv;

    @Option(
            names = "--since",
            paramLabel = "DATE",
            description = "Only what was used on this day and later, such as 2026-11-30; 400 days are kept.")
    private String since;

    @Option(
            names = "--reset",
            paramLabel = "NAME",
            description = "Begins the sum of an account anew, as for the next guest of a room, and shows what it was.")
    private String reset;

    @Override
    public Integer call() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        if (since != null) {
            arguments.put("since", since);
        }
        if (reset != null) {
            arguments.put("reset", reset);
        }
        return control.ask("accounts", arguments, csv ? BillText::commaSeparated : BillText::forPeople);
    }
}

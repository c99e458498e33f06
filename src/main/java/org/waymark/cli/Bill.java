package org.waymark.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.waymark.config.ConfigurationException;
import org.waymark.control.ControlClient;
import org.waymark.control.ControlException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code waymark accounts}: shows what each account has used. */
@Command(
        name = "accounts",
        description =
                "Shows what each account has used, and each mark without an account: \"internet\" is what a provider meters,"
                        + " without the DNS between client and gateway.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Bill implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption option;

    @ArgGroup
    private Form form = new Form();

    @Option(
            names = "--since",
            paramLabel = "DATE",
            description = "Only what was used on this day and later, such as 2026-11-30; 400 days are kept.")
    private String since;

    /** At most one of these. */
    private static final class Form {
        @Option(names = "--json", description = "Writes the bill as JSON.")
        private boolean json;

        @Option(names = "--csv", description = "Writes the bill as comma-separated values, in bytes.")
        private boolean csv;
    }

    @Override
    public Integer call() throws IOException {
        try (ControlClient client =
                ControlClient.connect(option.read().control().socket().orElseThrow())) {
            write(client.ask(spec.name(), arguments()));
            return ExitCode.OK;
        } catch (ConfigurationException | ControlException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private Map<String, Object> arguments() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        if (since != null) {
            arguments.put("since", since);
        }
        return arguments;
    }

    private void write(Map<String, Object> answer) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (form.json) {
            out.println(JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(answer));
        } else {
            List<Map<?, ?>> lines = objects(answer.get("accounts"));
            out.print(form.csv ? BillTable.commaSeparated(lines) : BillTable.forPeople(lines));
        }
        out.flush();
        if (answer.get("warnings") instanceof List<?> warnings) {
            warnings.forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
        }
    }

    private static List<Map<?, ?>> objects(Object list) {
        List<Map<?, ?>> objects = new ArrayList<>();
        for (Object each : (List<?>) list) {
            objects.add((Map<?, ?>) each);
        }
        return objects;
    }
}

package org.waymark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.config.Documents;
import picocli.CommandLine;

/** Compares what {@code waymark check} says in README.md and docs/*.md with what it says when run. */
class DocumentedChecksTest {
    /** A configuration, or a command and the lines that it prints about the configuration before it. */
    private static final Pattern STEP = Pattern.compile(
            "(?m)^```toml\n((?:.*\n)*?)```$|^    \\$ waymark (check --mark .*)\n((?:    (?!\\$ ).*\n)+)");

    @Test
    void checksSayWhatTheDocumentsShow(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("waymark.toml");
        int checks = 0;
        for (Path document : Documents.all()) {
            String toml = null;
            for (MatchResult step : Documents.find(STEP, document)) {
                if (step.group(1) != null) {
                    toml = step.group(1);
                    continue;
                }
                assertNotNull(toml, step.group());
                Files.writeString(file, Documents.complete(toml));
                assertEquals(
                        step.group(3).replaceAll("(?m)^    ", ""),
                        outputOf(step.group(2), file),
                        document + ": " + step.group(2));
                checks++;
            }
        }
        assertTrue(checks > 0);
    }

    private static String outputOf(String command, Path file) {
        StringWriter out = new StringWriter();
        CommandLine waymark = Waymark.commandLine();
        waymark.setOut(new PrintWriter(out, true));
        waymark.setErr(new PrintWriter(new StringWriter(), true));
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("--config", file.toString()));
        waymark.execute(arguments.toArray(String[]::new));
        return out.toString();
    }
}

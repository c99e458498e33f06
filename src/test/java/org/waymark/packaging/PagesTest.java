package org.waymark.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.waymark.cli.Waymark;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The man pages have everything that the program has. */
class PagesTest {
    private static final String DATE = "2026-11-20";
    private static final String VERSION = "0.2.0";

    private final CommandPages commands = new CommandPages(DATE, VERSION);
    private final CommandLine waymark = new CommandLine(Waymark.class);

    private static String plain(Roff page) {
        return page.toString()
                .replaceAll("\\\\f[BR]", "")
                .replace("\\-", "-")
                .replace("\\(dq", "\"")
                .replace("\\(aq", "'")
                .replace("\\e", "\\");
    }

    private static String configurationPage(String configuration) {
        return plain(ConfigurationPage.of(configuration, DATE, VERSION));
    }

    @Test
    void hasEachCommandWithItsOptions() {
        String page = plain(commands.all());

        assertTrue(page.contains("waymark - A DNS forwarder"), page);
        assertTrue(page.contains("\n78\nIt can't run until"), page);
        for (CommandLine command : waymark.getSubcommands().values()) {
            String start = "\n.SS \"waymark " + command.getCommandName() + " ";
            assertTrue(page.contains(start), start);
            String part = page.substring(page.indexOf(start) + start.length()).split("\n\\.S[SH] ")[0];
            for (OptionSpec option : command.getCommandSpec().options()) {
                for (String name : option.names()) {
                    assertTrue(
                            Pattern.compile("(?m)^(-., )?" + name + "\\b")
                                    .matcher(part)
                                    .find(),
                            start + name);
                }
                assertTrue(part.contains(option.description()[0]), start + option.longestName());
            }
        }
    }

    @Test
    void hasAPageForTheDoctor() {
        String page = plain(commands.of("doctor"));

        assertTrue(page.startsWith(".TH \"waymark-doctor\" 1 \"2026-11-20\" \"Waymark 0.2.0\""), page);
        assertTrue(page.contains("\n--json\n"), page);
    }

    @Test
    void hasEachKeyWithItsDefaultAndEachSection() throws IOException {
        String configuration = Files.readString(Path.of("conf", "waymark.toml"));
        String page = configurationPage(configuration);

        List<String> keys = Pattern.compile("(?m)^(?:# )?([a-z-]+ = .*)$")
                .matcher(configuration)
                .results()
                .map(key -> key.group(1))
                .toList();
        assertTrue(keys.size() > 40, keys::toString);
        for (String key : keys) {
            assertTrue(
                    Pattern.compile("\\.T[PQ]\n" + Pattern.quote(key) + "\n")
                            .matcher(page)
                            .find(),
                    key);
        }
        Pattern.compile("(?m)^(?:#     )?(\\[+[a-z]+\\]+)$")
                .matcher(configuration)
                .results()
                .map((MatchResult header) -> ".SH \"" + header.group(1) + "\"\n")
                .forEach(header -> assertEquals(2, page.split(Pattern.quote(header), -1).length, header));
    }

    @Test
    void explainsKeysAndShowsExamplesAsTheyAre() {
        String page = configurationPage("""
                # About the file.

                [log]

                # What a line
                # .looks like.
                #
                # More of it.
                # format = "text"
                # colour = false

                # Whose it is.
                #
                #     [[account]]
                #     mark = 1   # which
                """);

        assertEquals("""
                .SH "DESCRIPTION"
                About the file.
                .SH "[log]"
                .TP
                format = "text"
                .TQ
                colour = false
                What a line
                \\&.looks like.
                .IP
                More of it.
                .SH "[[account]]"
                Whose it is.
                .PP
                .RS 4
                .EX
                [[account]]
                mark = 1   # which
                .EE
                .RE
                """, page.substring(page.indexOf(".SH \"DESC"), page.indexOf(".SH \"SEE")));
    }
}

package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.waymark.dns.DomainName;
import org.waymark.dns.ResourceRecord;
import org.waymark.mark.MarkMask;
import org.waymark.names.Action;
import org.waymark.names.NamePattern;
import org.waymark.sets.FilledSets;
import org.waymark.sets.SetName;

/** Compares the annotated example with the program, so that they stay the same. */
class AnnotatedExampleTest {
    private static final Path FILE = Path.of("conf", "waymark.toml");
    private static final Pattern INDENTED_EXAMPLE = Pattern.compile("(?m)^#     (.*)$");
    private static final Pattern COMMENTED_KEY = Pattern.compile("(?m)^# ([a-z-]+ = .*)$");

    @Test
    void readsAsItIs() throws ConfigurationException, IOException {
        assertEquals(Text.withoutWarnings(Text.read(servers())), Text.withoutWarnings(Configuration.read(FILE)));
    }

    @Test
    void showsTheDefaults() throws ConfigurationException, IOException {
        String uncommented = COMMENTED_KEY.matcher(Files.readString(FILE)).replaceAll("$1");

        assertEquals(Text.withoutWarnings(Text.read(servers())), Text.withoutWarnings(Text.read(uncommented)));
    }

    @Test
    void showsSectionsThatRead() throws ConfigurationException, IOException {
        StringBuilder example = new StringBuilder();
        for (String group : List.of("vpn", "corp")) {
            example.append("[[upstream]]\nname = \"" + group + "\"\nservers = [\"192.0.2.53\"]\n");
        }
        INDENTED_EXAMPLE.matcher(Files.readString(FILE)).results().forEach(line -> example.append(line.group(1))
                .append('\n'));

        MarkMask mark = MarkMask.parse("0x100/0xf00");
        MarkMask setMark = MarkMask.parse("0x1/0xff");
        Configuration configuration = Text.read(example.toString());
        assertEquals(
                List.of(new PolicyRule(
                        Optional.of(mark),
                        new PolicyNames(List.of(NamePattern.parse("example.com")), List.of()),
                        Optional.of("vpn"),
                        setMark,
                        Action.FORWARD,
                        List.of(),
                        PolicyRule.Cname.FOLLOW,
                        List.of(new FilledSets(List.of(SetName.parse("inet#garden#open")), false)),
                        true,
                        Optional.of(20))),
                configuration.policies());
        assertEquals(
                List.of(
                        new DomainRule(
                                List.of(DomainName.parse("corp.example")),
                                Optional.of("corp"),
                                new MarkMask(0, 0),
                                List.of()),
                        new DomainRule(
                                List.of(DomainName.parse("10.in-addr.arpa")),
                                Optional.of("corp"),
                                new MarkMask(0, 0),
                                List.of())),
                configuration.domains());
        ResourceRecord record = ResourceRecord.parse(ResourceRecord.A, "192.0.2.1", Duration.ofMinutes(5));
        assertEquals(
                List.of(new OwnRecord(DomainName.parse("portal.example"), record)),
                configuration.local().records());
        assertEquals(
                List.of(new AccountRule(
                        MarkMask.parse("137/0xff"),
                        "room 137",
                        Optional.of(2L << 30),
                        Optional.of("/usr/local/bin/told"))),
                configuration.accounts());
    }

    @Test
    void showsEveryKey() throws IOException {
        String example = Files.readString(FILE);
        String unknownEverywhere =
                Pattern.compile("(?m)^(\\[.*)$").matcher(example).replaceAll("$1\nquite-unknown = 0");

        List<String> faults = Text.faults(unknownEverywhere);

        assertEquals(9, faults.size(), "one for each section");
        for (String fault : faults) {
            String keys = fault.substring(fault.indexOf("allowed: ") + "allowed: ".length(), fault.length() - 1);
            Arrays.stream(keys.split(", "))
                    .forEach(key -> assertTrue(
                            Pattern.compile("(?m)^(# |#     )?" + key + " = ")
                                    .matcher(example)
                                    .find(),
                            key));
        }
    }

    /** The part of the example that is not a default. */
    private static String servers() throws IOException {
        String servers = Files.readAllLines(FILE).stream()
                .filter(line -> line.startsWith("servers = "))
                .findFirst()
                .orElseThrow();
        return "[[upstream]]\n" + servers;
    }
}

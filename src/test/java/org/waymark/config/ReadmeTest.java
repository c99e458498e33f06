package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.waymark.mark.ConnectionMark;
import org.waymark.policy.MarkPolicy;
import org.waymark.server.Policies;

/** Holds the README's examples against the program and its files. */
class ReadmeTest {
    private static final Pattern CONFIGURATION = Pattern.compile("(?ms)^```toml$(.*?)^```$");
    private static final Pattern RULE = Pattern.compile("(?m)^    iptables -t mangle (-A .*)$");

    private static final String GROUPS_LEFT_OUT = """
            [[upstream]]
            name = "default"
            servers = ["192.0.2.53"]
            [[upstream]]
            name = "vpn"
            servers = ["192.0.2.54"]
            """;

    static Stream<String> configurations() throws IOException {
        return find(CONFIGURATION, "README.md").stream();
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void showsConfigurationsThatRead(String toml) {
        assertDoesNotThrow(() -> Text.read(toml.contains("[[upstream]]") ? toml : toml + GROUPS_LEFT_OUT));
    }

    @Test
    void showsHowToRefuseWhatNoRuleHasMarked() throws Exception {
        String toml = configurations()
                .filter(example -> example.contains("unknown = \"refuse\""))
                .findFirst()
                .orElseThrow();
        MarkPolicy policy = Policies.of(Text.read(toml + GROUPS_LEFT_OUT));

        assertTrue(policy.ruleFor(ConnectionMark.known(0)).refuses());
        assertTrue(policy.ruleFor(ConnectionMark.NO_ENTRY).refuses());
        assertFalse(policy.ruleFor(ConnectionMark.known(137)).refuses());
    }

    /** Those for an upgrade, too. */
    @Test
    void showsCommandsThatReplaceWhatIsInstalled(@TempDir Path folder) throws Exception {
        Path installed = Files.createDirectories(folder.resolve("installed"));
        Path built = Files.createDirectories(folder.resolve("built/lib"));
        Files.createFile(installed.resolve("former.jar"));
        Files.createFile(built.resolve("waymark.jar"));
        List<String> commands = find(Pattern.compile("(?m)^    (.*cp -r target/waymark .*)$"), "README.md");
        assertEquals(2, commands.size());
        for (String command : commands) {
            String here = command.replace("target/waymark", built.getParent().toString())
                    .replace("/usr/lib/waymark", installed.toString());
            assertEquals(0, new ProcessBuilder("sh", "-ec", here).start().waitFor());
            try (Stream<Path> files = Files.walk(installed)) {
                assertEquals(
                        List.of("", "lib", "lib/waymark.jar"),
                        files.map(file -> installed.relativize(file).toString())
                                .sorted()
                                .toList());
            }
        }
    }

    @Test
    void showsTheRulesOfTheFile() throws IOException {
        List<String> rules = find(RULE, "README.md");
        assertFalse(rules.isEmpty());
        assertEquals(find(Pattern.compile("(?m)^(-A .*)$"), "conf/firewall/iptables.rules"), rules);
    }

    private static List<String> find(Pattern pattern, String file) throws IOException {
        return pattern.matcher(Files.readString(Path.of(file)))
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}

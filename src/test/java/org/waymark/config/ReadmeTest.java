package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.dns.WireMessage;
import org.waymark.mark.ConnectionMark;
import org.waymark.policy.Policy;
import org.waymark.settings.NameSources;
import org.waymark.settings.Policies;

/** Compares the examples in README.md and docs/*.md with the program and its files. */
class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Pattern CONFIGURATION = Pattern.compile("(?ms)^```toml$(.*?)^```$");
    private static final Pattern COMMANDS = Pattern.compile("(?m)((?:^    .*\n)+)");
    private static final Pattern RULE = Pattern.compile("(?m)^    iptables -t mangle (-A .*)$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
    private static final Pattern TEST_CLASS = Pattern.compile("`(\\w+IT)`");

    static Stream<String> configurations() throws IOException {
        List<String> examples = new ArrayList<>();
        for (Path document : Documents.all()) {
            examples.addAll(find(CONFIGURATION, document));
        }
        return examples.stream();
    }

    static Stream<Path> documents() throws IOException {
        return Stream.concat(Documents.all().stream(), Stream.of(Path.of("CONTRIBUTING.md"), Path.of("SECURITY.md")));
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void showsConfigurationsThatRead(String toml) {
        assertDoesNotThrow(() -> Text.read(Documents.complete(toml)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/configuration.md"})
    void showsHowToRefuseWhatNoRuleHasMarked(Path document) throws Exception {
        String toml = find(CONFIGURATION, document).stream()
                .filter(example -> example.contains("unknown = \"refuse\""))
                .findFirst()
                .orElseThrow();
        Configuration configuration = Text.read(Documents.complete(toml));
        Policy policy = Policies.of(configuration, new NameSources(configuration).current());

        assertFalse(forwards(policy, ConnectionMark.known(0)));
        assertFalse(forwards(policy, ConnectionMark.NO_ENTRY));
        assertTrue(forwards(policy, ConnectionMark.known(137)));
    }

    private static boolean forwards(Policy policy, long connectionMark) {
        return policy.decide(connectionMark, new WireMessage()).forwards();
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/firewall.md"})
    void showsTheRulesOfTheFile(Path document) throws IOException {
        List<String> rules = find(COMMANDS, document).stream()
                .filter(commands -> commands.contains("-j CONNMARK"))
                .flatMap(commands -> RULE.matcher(commands).results().map(rule -> rule.group(1)))
                .toList();
        assertFalse(rules.isEmpty());
        assertEquals(find(Pattern.compile("(?m)^(-A .*)$"), Path.of("conf/firewall/iptables.rules")), rules);
    }

    @Test
    void showsTheMapOfTheFile() throws IOException {
        List<String> maps = find(Pattern.compile("(?m)^ +(.*saddr map .*)$"), README);
        assertEquals(1, maps.size());
        assertTrue(Files.readString(Path.of("conf/firewall/waymark.nft")).contains(maps.get(0)), maps::toString);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadToFiles(Path document) throws IOException {
        for (String link : find(LINK, document)) {
            assertTrue(Files.exists(document.resolveSibling(link)), link);
        }
    }

    @Test
    void namesTestsThatExist() throws IOException {
        List<String> names = find(TEST_CLASS, README);
        assertFalse(names.isEmpty());
        for (String name : names) {
            assertTrue(Files.exists(Path.of("integration-tests/java/org/waymark/integration", name + ".java")), name);
        }
    }

    private static List<String> find(Pattern pattern, Path file) throws IOException {
        return Documents.find(pattern, file).stream()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}

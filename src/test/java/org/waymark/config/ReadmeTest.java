package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

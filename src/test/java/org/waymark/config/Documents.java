package org.waymark.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The documents for users, README.md and docs/*.md, and the examples in them. */
public final class Documents {
    private static final String GROUPS_LEFT_OUT = """
            [[upstream]]
            name = "default"
            servers = ["192.0.2.53"]
            [[upstream]]
            name = "vpn"
            servers = ["192.0.2.54"]
            """;

    private Documents() {}

    /** README.md and the documents in docs. */
    public static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("docs"))) {
            Stream<Path> documents =
                    files.filter(file -> file.toString().endsWith(".md")).sorted();
            return Stream.concat(Stream.of(Path.of("README.md")), documents).toList();
        }
    }

    /** Finds all matches of a pattern in a file, in their order. */
    public static List<MatchResult> find(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file)).results().toList();
    }

    /** Completes an example of a configuration with groups of servers, if it leaves them out. */
    public static String complete(String toml) {
        return toml.contains("[[upstream]]") ? toml : toml + GROUPS_LEFT_OUT;
    }
}

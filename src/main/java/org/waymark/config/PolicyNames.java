package org.waymark.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.waymark.names.NamePattern;

/**
 * The names that a policy is for.
 *
 * @param patterns those in the configuration itself
 * @param files absolute paths of lists of names; they may change
 */
public record PolicyNames(List<NamePattern> patterns, List<Path> files) {
    /** A policy that names none is for every name. */
    public static final PolicyNames ALL = new PolicyNames(List.of(), List.of());

    private static final String FILE = "file:";

    public PolicyNames {
        patterns = List.copyOf(patterns);
        files = List.copyOf(files);
    }

    /** Whether the policy is for every name. */
    public boolean areAll() {
        return equals(ALL);
    }

    static PolicyNames from(Section policy, String key) {
        List<NamePattern> patterns = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (Object name : policy.list(key, name(), List.of())) {
            if (name instanceof Path file) {
                files.add(file);
            } else {
                patterns.add((NamePattern) name);
            }
        }
        return new PolicyNames(patterns, files);
    }

    private static Kind<Object> name() {
        return Kind.text(
                "a name such as \"example.com\", which covers the names below, too; \"*.example.com\" for these alone; or a list"
                        + " of names, \"file:/etc/waymark/garden.list\"",
                text -> text.startsWith(FILE)
                        ? Kind.absolutePath(text.substring(FILE.length()))
                        : NamePattern.parse(text));
    }
}

package org.waymark.cli;

import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say which answers of the cache are meant. The running Waymark checks their values. */
final class KeptOption {
    @Option(names = "--name", paramLabel = "NAME", description = "Only answers to queries for this name.")
    private String name;

    @Option(names = "--below", description = "With --name: for the names below it, too.")
    private boolean below;

    @Option(
            names = "--mark",
            paramLabel = "MARK",
            description =
                    "Only answers that queries get which are sent with this mark, or with one that matches MARK/MASK.")
    private String mark;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "Only answers to queries that go to this group of servers.")
    private String group;

    Map<String, Object> arguments() {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("name", name);
        arguments.put("mark", mark);
        arguments.put("group", group);
        arguments.values().removeIf(value -> value == null);
        if (below) {
            arguments.put("below", true);
        }
        return arguments;
    }
}

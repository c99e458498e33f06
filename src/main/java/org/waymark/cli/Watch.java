package org.waymark.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.waymark.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code waymark watch}: shows each query as it ends. */
@Command(
        name = "watch",
        description =
                "Shows each query as it ends, until Ctrl-C. If they come too fast, some are left out, and it says how many.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Watch implements Callable<Integer> {
    @Mixin
    private ControlOption control;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    @Option(
            names = "--mark",
            paramLabel = "MARK",
            description = "Only queries whose connection has this mark, or matches MARK/MASK.")
    private String mark;

    @Option(names = "--client", paramLabel = "ADDRESS", description = "Only queries of the client with this address.")
    private String client;

    @Option(names = "--name", paramLabel = "NAME", description = "Only queries for this name and the names below it.")
    private String name;

    /** An IPv6 address with its port has 47 characters at most. A client may ask for names that are far longer. */
    private static final int MOST_WIDTH = 48;

    /** As wide as usual values are, so that the first lines align with the others. */
    private final Columns columns = new Columns(
                    "TIME",
                    "CLIENT",
                    "OVER",
                    "NAME",
                    "TYPE",
                    "MARK IN",
                    "POLICY",
                    "MARK OUT",
                    "SERVER",
                    ">PORT",
                    "RCODE",
                    ">TOOK",
                    "WHY")
            .atLeast(0, 12)
            .atLeast(1, 21)
            .atLeast(3, 24)
            .atLeast(4, 5)
            .atLeast(5, 10)
            .atLeast(7, 10)
            .atLeast(8, 15)
            .atLeast(9, 5)
            .atLeast(10, 8)
            .atLeast(11, 7)
            .atMost(MOST_WIDTH);

    @Override
    public Integer call() {
        Map<String, Object> arguments = new HashMap<>();
        putIfGiven(arguments, "mark", mark);
        putIfGiven(arguments, "client", client);
        putIfGiven(arguments, "name", name);
        return control.speak(waymark -> {
            if (!control.json()) {
                control.print(columns.heading() + "\n");
            }
            waymark.watch("watch", arguments, new Printer());
        });
    }

    private static void putIfGiven(Map<String, Object> arguments, String key, String value) {
        if (value != null) {
            arguments.put(key, value);
        }
    }

    /** Prints what comes, and ends when nobody reads that any more. */
    private final class Printer implements ControlClient.Watcher {
        @Override
        public boolean event(Map<String, Object> event) {
            Answer query = new Answer(event);
            return control.print(control.json() ? query.jsonLine() : line(query) + "\n");
        }

        @Override
        public boolean lost(long number) {
            return control.print(
                    control.json()
                            ? new Answer(Map.of("lost", number)).jsonLine()
                            : "(" + Wording.count(number, "query", "queries")
                                    + " left out, because they come too fast)\n");
        }
    }

    private String line(Answer query) {
        return columns.line(
                TIME.format(Instant.parse(query.text("time"))),
                query.text("client"),
                query.text("transport"),
                query.text("name"),
                query.text("type"),
                query.has("mark") ? Wording.mark(query.number("mark")) : query.text("mark_unknown"),
                query.text("policy"),
                query.has("outgoing_mark") ? Wording.mark(query.number("outgoing_mark")) : Wording.NONE,
                query.has("server") ? query.text("server") : whereAnswered(query),
                query.text("source_port"),
                query.text("rcode"),
                Wording.millis(query.fraction("ms")),
                query.has("why") ? query.text("why") : "");
    }

    private static String whereAnswered(Answer query) {
        return switch (query.text("ended")) {
            case "local" -> "answered here";
            case "cache" -> "from the cache";
            case "stale" -> "old, from the cache";
            default -> Wording.NONE;
        };
    }
}

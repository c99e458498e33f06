package org.waymark.cli;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code waymark stats}: figures of the running Waymark. */
@Command(
        name = "stats",
        description =
                "Figures since the start of the running Waymark, and how often a second in the last half minute or minute.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Stats implements Callable<Integer> {
    /** What figures may be told apart by. */
    static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("mark", "server", "client", "rcode").iterator();
        }
    }

    @Mixin
    private ControlOption control;

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            completionCandidates = Stats.Kinds.class,
            description = "Tells the figures apart by mark, server, client or rcode.")
    private String by;

    @Option(
            names = "--most",
            paramLabel = "N",
            description = "How many marks or clients are shown, the busiest. Default: 20")
    private Integer most;

    @Override
    public Integer call() {
        Map<String, Object> arguments = new HashMap<>();
        if (by != null) {
            arguments.put("by", by);
        }
        if (most != null) {
            arguments.put("most", most);
        }
        return control.ask("stats", arguments, Stats::text);
    }

    private static String text(Answer stats) {
        String table =
                switch (stats.text("by")) {
                    case "mark" -> marks(stats);
                    case "server" -> servers(stats);
                    case "client" -> clients(stats);
                    case "rcode" -> rcodes(stats);
                    default -> counts(stats);
                };
        return table + "\nper second: over the last " + Wording.duration(stats.fraction("recent_seconds")) + "\n";
    }

    private static String rate(Answer row) {
        return Wording.rate(row.fraction("per_second"));
    }

    private static String counts(Answer stats) {
        Table table = new Table(">TOTAL", ">PER SECOND", "WHAT");
        for (Answer row : stats.parts("rows")) {
            String cause = row.has("cause") ? ": " + row.text("cause") : "";
            table.add(row.count("total"), rate(row), row.text("what") + cause);
        }
        Answer durations = stats.part("durations");
        return table + "\nmean time to respond: " + Wording.millis(durations.fraction("mean_ms")) + "\n";
    }

    private static String marks(Answer stats) {
        Table table = new Table("MARK", ">QUERIES", ">PER SECOND", ">REFUSED", ">FAILED", ">FROM CACHE", ">SAVED");
        for (Answer row : stats.parts("rows")) {
            table.add(
                    Wording.mark(row.number("mark")),
                    row.count("total"),
                    rate(row),
                    row.count("refused"),
                    row.count("failed"),
                    row.count("hits"),
                    Wording.size(row.number("saved_bytes")));
        }
        if (stats.number("other_marks") > 0) {
            table.add("other marks", stats.count("other_marks"), "", "", "", "", "");
        }
        return table.toString();
    }

    private static String servers(Answer stats) {
        Table table = new Table(
                "SERVER", ">TRIES", ">PER SECOND", ">ANSWERS", ">TIMEOUTS", ">ERRORS", ">ROUND TRIP", ">OF LATE");
        for (Answer row : stats.parts("rows")) {
            table.add(
                    row.text("server"),
                    row.count("total"),
                    rate(row),
                    row.count("answers"),
                    row.count("timeouts"),
                    row.count("errors"),
                    Wording.millis(row.fraction("round_trip_ms")),
                    Wording.millis(row.fraction("recent_round_trip_ms")));
        }
        return table.toString();
    }

    private static String clients(Answer stats) {
        Table table = new Table("CLIENT", ">QUERIES", ">PER SECOND", ">AT LEAST");
        for (Answer row : stats.parts("rows")) {
            table.add(row.text("client"), row.count("total"), rate(row), row.count("at_least"));
        }
        return stats.flag("estimated")
                ? table + "\nThere were many clients: their queries are estimated, and never fewer than \"at least\".\n"
                : table.toString();
    }

    private static String rcodes(Answer stats) {
        Table table = new Table("RCODE", ">RESPONSES", ">PER SECOND");
        for (Answer row : stats.parts("rows")) {
            table.add(row.text("rcode"), row.count("total"), rate(row));
        }
        return table.toString();
    }
}

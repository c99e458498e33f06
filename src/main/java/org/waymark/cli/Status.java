package org.waymark.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code waymark status}: says how the running Waymark is doing. */
@Command(
        name = "status",
        description = "Says how the running Waymark is doing: queries, servers, limits, warnings.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Status implements Callable<Integer> {
    @Mixin
    private ControlOption control;

    @Override
    public Integer call() {
        return control.ask("status", Map.of(), Status::text);
    }

    private static String text(Answer status) {
        return process(status) + "\n" + servers(status) + limits(status) + warnings(status);
    }

    private static String process(Answer status) {
        DateTimeFormatter format =
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
        return "Waymark, " + status.text("version") + ", for " + Wording.duration(status.fraction("up_seconds"))
                + " (since " + format.format(Instant.parse(status.text("since"))) + "), process "
                + status.text("process") + "\n"
                + line("configuration", status.text("configuration") + reload(status.part("latest_reload"), format))
                + line(
                        "listening on",
                        String.join(", ", status.texts("listening")) + ", with "
                                + Wording.count(status.number("workers"), "worker", "workers"))
                + line(
                        "queries",
                        status.count("queries") + "; " + Wording.rate(status.fraction("queries_per_second"))
                                + " a second now, "
                                + Wording.rate(status.fraction("queries_per_second_last_minute"))
                                + " over the last minute")
                + line(
                        "in flight",
                        Wording.count(status.number("queries_in_flight"), "query", "queries") + ", "
                                + Wording.count(
                                        status.number("questions_in_flight"),
                                        "question to a server",
                                        "questions to servers"))
                + line("marks seen", status.count("marks"))
                + line("cache", Wording.cache(status.part("cache")));
    }

    private static String reload(Answer reload, DateTimeFormatter format) {
        if (!reload.has("time")) {
            return "";
        }
        String when = format.format(Instant.parse(reload.text("time")));
        return reload.has("refused")
                ? ", not reloaded " + when + ": "
                        + reload.text("refused").lines().findFirst().orElse("")
                : ", reloaded " + when;
    }

    private static String line(String what, String value) {
        return String.format("%-15s%s%n", what, value);
    }

    private static String servers(Answer status) {
        Table table = new Table("SERVER", "STATE", ">TRIES", ">ANSWERS", ">TIMEOUTS", ">ERRORS", ">ROUND TRIP");
        for (Answer server : status.parts("servers")) {
            table.add(
                    server.text("server"),
                    server.text("state"),
                    server.count("tries"),
                    server.count("answers"),
                    server.count("timeouts"),
                    server.count("errors"),
                    Wording.millis(server.fraction("round_trip_ms")));
            for (Answer mark : server.parts("marks_that_differ")) {
                String state = mark.flag("down") ? "down" : "slower";
                String roundTrip = Wording.millis(mark.fraction("round_trip_ms"));
                table.add("  mark " + Wording.mark(mark.number("mark")), state, "", "", "", "", roundTrip);
            }
            long more = server.number("more_marks_that_differ");
            if (more > 0) {
                table.add("  " + Wording.count(more, "more mark", "more marks"), "", "", "", "", "", "");
            }
        }
        return table.isEmpty() ? "no servers\n" : table.toString();
    }

    private static String limits(Answer status) {
        StringBuilder lines = new StringBuilder();
        for (Answer limit : status.parts("limits")) {
            lines.append(lines.isEmpty() ? "\nLimits hit since the start\n" : "");
            lines.append("  ").append(limit.count("total")).append(' ').append(limit.text("what"));
            lines.append(": ").append(limit.text("limit")).append('\n');
        }
        return lines.toString();
    }

    private static String warnings(Answer status) {
        StringBuilder lines = new StringBuilder();
        for (String warning : status.texts("warnings")) {
            lines.append(lines.isEmpty() ? "\nWarnings\n" : "")
                    .append("  ")
                    .append(warning)
                    .append('\n');
        }
        return lines.isEmpty() ? "\nno warnings\n" : lines.toString();
    }
}

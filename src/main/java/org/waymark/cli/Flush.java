package org.waymark.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code waymark flush}: has the running Waymark forget answers, or all that it has learnt. */
@Command(
        name = "flush",
        description = {
            "Removes answers from the cache of the running Waymark: those that meet all conditions.",
            "Without a condition it removes all, forgets what it has learnt about its servers, and closes what is idle."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Flush implements Callable<Integer> {
    @Mixin
    private ControlOption control;

    @Mixin
    private KeptOption which;

    @Override
    public Integer call() {
        return control.ask("flush", which.arguments(), Flush::text);
    }

    static String text(Answer flushed) {
        String removed = "removed "
                + Wording.count(flushed.number("answers_removed"), "answer from the cache", "answers from the cache");
        return removed + (flushed.has("sockets_closed") ? "; " + forgotten(flushed) : "") + "\n";
    }

    private static String forgotten(Answer flushed) {
        return "closed "
                + Wording.count(
                        flushed.number("sockets_closed"),
                        "idle socket or connection to a server",
                        "idle sockets and connections to servers")
                + "; forgot "
                + Wording.count(flushed.number("round_trip_times_forgotten"), "round-trip time", "round-trip times")
                + ", and in "
                + Wording.count(flushed.number("downs_forgotten"), "case", "cases")
                + " that a server was down (each mark, server and worker counts)";
    }
}

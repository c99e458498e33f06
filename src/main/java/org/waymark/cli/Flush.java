package org.waymark.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code waymark flush}: has the running Waymark forget what it has learnt about its servers. */
@Command(
        name = "flush",
        description = "Has the running Waymark forget what it has learnt about its servers, and close what is idle.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Flush implements Callable<Integer> {
    @Mixin
    private ControlOption control;

    @Override
    public Integer call() {
        return control.ask("flush", Map.of(), Flush::text);
    }

    private static String text(Answer flushed) {
        return "closed "
                + Wording.count(
                        flushed.number("sockets_closed"),
                        "idle socket or connection to a server",
                        "idle sockets and connections to servers")
                + "; forgot "
                + Wording.count(flushed.number("round_trip_times_forgotten"), "round-trip time", "round-trip times")
                + ", and in "
                + Wording.count(flushed.number("downs_forgotten"), "case", "cases")
                + " that a server was down (each mark, server and worker counts)\n";
    }
}

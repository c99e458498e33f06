package org.waymark.doctor;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.waymark.config.Configuration;
import org.waymark.linux.LinuxException;
import org.waymark.linux.ProcessStatus;
import org.waymark.ruleset.Ruleset;
import org.waymark.settings.SettingsWatch;

/** Looks at everything on this host that marks depend on. It takes a second or two. */
public final class Examination {
    private final List<Finding> findings = new ArrayList<>();

    private Examination() {}

    /** A part of the examination. */
    private interface Part {
        List<Finding> examine() throws LinuxException;
    }

    /**
     * Examines this host, as root.
     *
     * @param configuration the configuration that Waymark runs with, or is to run with
     * @param file its file
     * @return what was found
     */
    public static Report run(Configuration configuration, Path file) {
        Examination examination = new Examination();
        examination.examine(configuration, file);
        return new Report(examination.findings);
    }

    private void examine(Configuration configuration, Path file) {
        ProcessStatus self = ProcessStatus.of(ProcessHandle.current().pid()).orElseThrow();
        try (SettingsWatch settings = new SettingsWatch(configuration)) {
            Situation situation = new Situation(
                    configuration,
                    file,
                    settings.current(),
                    self,
                    RunningWaymark.at(configuration.listen().addresses()),
                    Privileges.suffice(self) ? rules() : new Ruleset(List.of(), List.of()));
            add("privileges", () -> Privileges.examine(situation));
            add("conntrack", ConntrackState::examine);
            add("servers", () -> Resolvers.examine(situation));
            add("clock", () -> Clock.examine(situation.settings(), Instant.now()));
            if (Privileges.suffice(self)) {
                add("ports", () -> Ports.examine(situation));
                add("kernel", () -> Kernel.examine(situation));
                add("firewall", () -> OtherFirewalls.examine(situation));
                add("sets", () -> FirewallSets.examine(situation));
                examineMarks(situation);
            }
        }
    }

    private static Ruleset rules() {
        try {
            return Ruleset.read();
        } catch (RuntimeException e) {
            return new Ruleset(List.of(), List.of(String.valueOf(e.getMessage())));
        }
    }

    private void examineMarks(Situation situation) {
        add("marks", () -> {
            ClientConnections connections =
                    ClientConnections.read(situation.configuration().listen().addresses());
            add("marks of clients", () -> ClientMarks.examine(situation, connections));
            return ServerMarks.examine(situation, connections.marks());
        });
    }

    /** What fails in one part does not keep the others from being looked at. */
    private void add(String topic, Part part) {
        try {
            findings.addAll(part.examine());
        } catch (LinuxException | RuntimeException e) {
            findings.add(Finding.warning(
                    topic,
                    "could not be examined: " + e.getMessage(),
                    "nobody knows whether this is right",
                    Cure.advice("see the message; if it makes no sense, please report it")));
        }
    }
}

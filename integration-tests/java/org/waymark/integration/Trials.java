package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;

/** Runs of Waymark that end soon, on the gateway of a lab. */
record Trials(Lab lab) {
    /** The status of a start that is in vain before something has been changed. */
    static final int NOT_WITHOUT_A_CHANGE = 78;

    /** What is found about a file. */
    Lab.Outcome checked(String toml) {
        Path file = Forwarders.write(toml);
        try {
            return exec("check", "--config", file.toString());
        } finally {
            file.toFile().delete();
        }
    }

    /** Runs Waymark with a configuration, which must end it soon, through other commands before it. */
    Lab.Outcome run(String toml, String... through) {
        Path file = Forwarders.write(toml);
        try {
            List<String> command = new ArrayList<>(List.of("timeout", "60"));
            command.addAll(List.of(through));
            command.addAll(List.of(Forwarders.LAUNCHER, "run", "--config", file.toString()));
            return lab.exec(Host.GATEWAY, command.toArray(String[]::new));
        } finally {
            file.toFile().delete();
        }
    }

    Lab.Outcome exec(String... arguments) {
        List<String> command = new ArrayList<>(List.of("timeout", "60", Forwarders.LAUNCHER));
        command.addAll(List.of(arguments));
        return lab.exec(Host.GATEWAY, command.toArray(String[]::new));
    }

    /** The one line that a start which fails must leave. */
    static String complaint(Lab.Outcome outcome) {
        assertEquals(NOT_WITHOUT_A_CHANGE, outcome.status(), outcome.errors());
        assertEquals("", outcome.output());
        List<String> lines = outcome.errors().lines().toList();
        assertEquals(1, lines.size(), outcome.errors());
        return lines.get(0);
    }
}

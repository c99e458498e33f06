package org.waymark.doctor;

import java.nio.file.Path;
import java.util.Optional;
import org.waymark.config.Configuration;
import org.waymark.linux.ProcessStatus;
import org.waymark.ruleset.Ruleset;
import org.waymark.settings.Settings;

/**
 * What an examination begins with.
 *
 * @param configuration the configuration
 * @param file its file
 * @param settings the servers and names that it stands for now
 * @param self this process
 * @param running the Waymark that has the configured ports; empty if none does
 * @param rules the host's firewall rules
 */
record Situation(
        Configuration configuration,
        Path file,
        Settings settings,
        ProcessStatus self,
        Optional<RunningWaymark> running,
        Ruleset rules) {}

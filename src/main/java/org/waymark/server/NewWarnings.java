package org.waymark.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.waymark.config.Configuration;
import org.waymark.config.Fault;

/** What warnings a configuration adds to those of the one before it. What {@code waymark check} has told is not told at each reload. */
final class NewWarnings {
    private static final int MOST = 5;

    private final Path file;
    private Set<Warning> known;

    /** A warning, wherever in its file it is: a line more above it does not make it another one. */
    private record Warning(Path file, String key, String problem) {
        static Warning of(Fault fault) {
            return new Warning(fault.file(), fault.key(), fault.problem());
        }
    }

    /**
     * @param file the configuration file
     * @param first the configuration at the start
     */
    NewWarnings(Path file, Configuration first) {
        this.file = file;
        this.known = in(first);
    }

    private static Set<Warning> in(Configuration configuration) {
        return configuration.warnings().stream().map(Warning::of).collect(Collectors.toCollection(HashSet::new));
    }

    /** The first of the new warnings, and how many more there are. */
    List<String> of(Configuration next) {
        List<Fault> fresh = next.warnings().stream()
                .filter(fault -> !known.contains(Warning.of(fault)))
                .toList();
        known = in(next);
        List<String> lines =
                new ArrayList<>(fresh.stream().limit(MOST).map(Fault::toString).toList());
        int more = fresh.size() - lines.size();
        if (more > 0) {
            lines.add(more + (more == 1 ? " more warning" : " more warnings") + " about the configuration: see"
                    + " waymark check --config " + file);
        }
        return lines;
    }
}

package org.waymark.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tomlj.TomlParseError;
import org.tomlj.TomlPosition;

/** The faults of a file, put down as they are found. */
final class Faults {
    private final Path file;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Fault> warnings = new ArrayList<>();
    private boolean astray;

    Faults(Path file) {
        this.file = file;
    }

    void add(TomlPosition position, String key, String problem) {
        faults.add(new Fault(file, position.line(), position.column(), key, problem));
    }

    /** Puts down what is allowed, but can't be meant. */
    void warn(TomlPosition position, String key, String problem) {
        warnings.add(new Fault(file, position.line(), position.column(), key, problem));
    }

    List<Fault> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * Puts down that something is not where it belongs, unless the syntax of the file is broken: then whatever comes
     * after a broken line may have gone astray, and it is for its author to mend that first.
     */
    void addUnlessAstray(TomlPosition position, String key, String problem) {
        if (!astray) {
            add(position, key, problem);
        }
    }

    void addSyntax(TomlParseError error) {
        astray = true;
        add(error.position(), "", error.getMessage());
    }

    void throwIfAny() throws ConfigurationException {
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }
}

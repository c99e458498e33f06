package org.waymark.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tomlj.TomlParseError;
import org.tomlj.TomlPosition;

/** Collects the faults of a file. */
final class Faults {
    private final Path file;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Fault> warnings = new ArrayList<>();
    private boolean syntaxIsBroken;

    Faults(Path file) {
        this.file = file;
    }

    void add(TomlPosition position, String key, String problem) {
        faults.add(new Fault(file, position.line(), position.column(), key, problem));
    }

    /** Records something that is allowed, but is probably a mistake. */
    void warn(TomlPosition position, String key, String problem) {
        warnings.add(new Fault(file, position.line(), position.column(), key, problem));
    }

    List<Fault> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * Records that something is not where it belongs, unless the syntax of the file is broken. Then everything after the broken line may
     * seem misplaced, and the author must correct that line first.
     */
    void addUnlessSyntaxIsBroken(TomlPosition position, String key, String problem) {
        if (!syntaxIsBroken) {
            add(position, key, problem);
        }
    }

    void addSyntax(TomlParseError error) {
        syntaxIsBroken = true;
        add(error.position(), "", error.getMessage());
    }

    void throwIfAny() throws ConfigurationException {
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }
}

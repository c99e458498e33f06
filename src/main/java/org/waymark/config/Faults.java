package org.waymark.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.tomlj.TomlParseError;

/** Collects the faults of the files of a configuration. */
final class Faults {
    private final Comparator<Fault> inOrder;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Fault> warnings = new ArrayList<>();
    private boolean syntaxIsBroken;

    /**
     * @param files in the order in which they are read
     */
    Faults(List<Path> files) {
        List<Path> order = List.copyOf(files);
        this.inOrder = Comparator.<Fault>comparingInt(fault -> order.indexOf(fault.file()))
                .thenComparingInt(Fault::line)
                .thenComparingInt(Fault::column);
    }

    void add(Place place, String key, String problem) {
        faults.add(place.fault(key, problem));
    }

    /** Records something that is allowed, but is probably a mistake. */
    void warn(Place place, String key, String problem) {
        warnings.add(place.fault(key, problem));
    }

    List<Fault> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * Records that something is not where it belongs, unless the syntax of a file is broken. Then everything after the broken line may
     * seem misplaced, and the author must correct that line first.
     */
    void addUnlessSyntaxIsBroken(Place place, String key, String problem) {
        if (!syntaxIsBroken) {
            add(place, key, problem);
        }
    }

    void addSyntax(Path file, TomlParseError error) {
        syntaxIsBroken = true;
        add(Place.at(file, error.position()), "", error.getMessage());
    }

    void throwIfAny() throws ConfigurationException {
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults.stream().sorted(inOrder).toList());
        }
    }
}

package org.waymark.config;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown when a configuration can't be used. The message has a line for each fault. */
public final class ConfigurationException extends Exception {
    private final transient List<Fault> faults;

    ConfigurationException(List<Fault> faults) {
        super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
        this.faults = List.copyOf(faults);
    }

    /** Returns every fault found, at least one, in the order of the files and positions. */
    public List<Fault> faults() {
        return faults;
    }
}

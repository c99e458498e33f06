package org.waymark.config;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown when a configuration can't be used. The message has a line for each fault. */
public final class ConfigurationException extends Exception {
    private final transient List<Fault> faults;

    ConfigurationException(List<Fault> faults) {
        super(faults.stream().sorted().map(Fault::toString).collect(Collectors.joining("\n")));
        this.faults = faults.stream().sorted().toList();
    }

    /** Returns every fault found, at least one, by position. */
    public List<Fault> faults() {
        return faults;
    }
}

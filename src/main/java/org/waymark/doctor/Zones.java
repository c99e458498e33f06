package org.waymark.doctor;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes conntrack zones as the configuration has them. */
final class Zones {
    private Zones() {}

    /** Writes {@code 7, 9}. */
    static String list(Iterable<Integer> zones) {
        TreeSet<Integer> sorted = new TreeSet<>();
        zones.forEach(sorted::add);
        return sorted.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** Writes {@code [0, 7]}: those that are configured, and more. */
    static String with(List<Integer> configured, List<Integer> more) {
        TreeSet<Integer> all = new TreeSet<>(configured);
        all.addAll(more);
        return "[" + list(all) + "]";
    }
}

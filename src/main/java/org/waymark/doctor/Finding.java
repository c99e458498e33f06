package org.waymark.doctor;

import java.util.List;

/**
 * One result of an {@link Examination}.
 *
 * @param severity how bad it is
 * @param topic what was looked at, in a word or two
 * @param seen what was seen
 * @param meaning what this means for marks or for queries; empty if nothing is wrong
 * @param cures what cures it: all of them in turn, or, if there is a choice, any of them, as the meaning says; empty if nothing is wrong
 */
public record Finding(Severity severity, String topic, String seen, String meaning, List<Cure> cures) {
    public Finding {
        cures = List.copyOf(cures);
    }

    static Finding ok(String topic, String seen) {
        return new Finding(Severity.OK, topic, seen, "", List.of());
    }

    static Finding warning(String topic, String seen, String meaning, Cure... cures) {
        return new Finding(Severity.WARNING, topic, seen, meaning, List.of(cures));
    }

    static Finding fault(String topic, String seen, String meaning, Cure... cures) {
        return new Finding(Severity.FAULT, topic, seen, meaning, List.of(cures));
    }
}

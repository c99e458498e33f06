package org.waymark.ruleset;

import java.util.List;
import org.waymark.mark.MarkMask;

/**
 * What a packet must be like for a rule to apply to it.
 *
 * @param field what the condition is about
 * @param negated whether the packet must be like none of the values, instead of like one of them
 * @param values the values, as {@link Field} says; none for a set that is empty now
 */
public record Condition(Field field, boolean negated, List<String> values) {
    /** Makes the values immutable. */
    public Condition {
        values = List.copyOf(values);
    }

    static Condition is(Field field, String... values) {
        return new Condition(field, false, List.of(values));
    }

    /** Only if it is about a mark. */
    boolean admitsMark(int mark) {
        return values.stream().map(MarkMask::parse).anyMatch(pattern -> pattern.matches(mark)) != negated;
    }

    /** Only if it is about a port. */
    boolean admitsPort(int port) {
        return values.stream().anyMatch(value -> isInRange(port, value)) != negated;
    }

    private static boolean isInRange(int port, String range) {
        int dash = range.indexOf('-');
        return dash < 0
                ? port == Integer.parseInt(range)
                : Integer.parseInt(range.substring(0, dash)) <= port
                        && port <= Integer.parseInt(range.substring(dash + 1));
    }
}

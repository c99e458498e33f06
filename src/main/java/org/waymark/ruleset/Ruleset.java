package org.waymark.ruleset;

import java.util.List;

/**
 * The host's rules that matter to marks.
 *
 * @param rules the rules, in the order in which a packet meets them: by hook, priority and position, jumps followed in place
 * @param unreadable what could not be read or understood, for people
 */
public record Ruleset(List<HostRule> rules, List<String> unreadable) {
    /** Makes the lists immutable. */
    public Ruleset {
        rules = List.copyOf(rules);
        unreadable = List.copyOf(unreadable);
    }
}

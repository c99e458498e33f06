package org.waymark.ruleset;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table of one tool, as far as it is understood.
 *
 * @param tool the tool that it was made with
 * @param name its name for people, as {@link HostRule#table} says
 * @param chains its chains by name
 */
record RuleTable(Tool tool, String name, Map<String, Chain> chains) {
    /**
     * A chain.
     *
     * @param name its name
     * @param base where packets enter it, if not from another chain
     * @param rules its rules in their order; the last one may be the policy
     */
    record Chain(String name, Optional<Base> base, List<Rule> rules) {}

    /**
     * Where packets enter a chain.
     *
     * @param hook the hook
     * @param priority the priority there
     * @param registered among chains of equal hook and priority, the one with the higher number was registered later
     */
    record Base(Hook hook, int priority, int registered) {}

    /**
     * A rule.
     *
     * @param text as the tool shows it
     * @param place where it is, for people
     * @param deletion the command that deletes it
     * @param steps what it does, in this order
     */
    record Rule(String text, String place, String deletion, List<Step> steps) {}
}

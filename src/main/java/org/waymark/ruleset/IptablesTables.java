package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.waymark.programs.IpVersion;

/** Understands a table of iptables. */
final class IptablesTables {
    private static final Set<String> HOOKS =
            Stream.of(Hook.values()).map(Hook::name).collect(Collectors.toSet());

    /** What the shell takes as it is, so that a rule's own text may be in a command. */
    private static final Pattern PLAIN = Pattern.compile("[\\w ./:,%=+@\"-]*(?:! [\\w ./:,%=+@\"-]*)*");

    private final SavedTable table;
    private final IptablesConditions conditions;
    private final Map<String, Integer> registered;

    private IptablesTables(SavedTable table, IptablesConditions conditions, Map<String, Integer> registered) {
        this.table = table;
        this.conditions = conditions;
        this.registered = registered;
    }

    /**
     * @param registered the order in which its base chains were registered, as far as it is known
     */
    static RuleTable parse(SavedTable table, IptablesConditions conditions, Map<String, Integer> registered) {
        return new IptablesTables(table, conditions, registered).parse();
    }

    private RuleTable parse() {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        Map<String, RuleTable.Chain> chains = new LinkedHashMap<>();
        for (String line : table.lines()) {
            if (!line.startsWith(":")) {
                String chain = line.split(" ", 3)[1];
                lines.computeIfAbsent(chain, name -> new ArrayList<>()).add(line);
            }
        }
        for (String line : table.lines()) {
            if (line.startsWith(":")) {
                String[] words = line.substring(1).split(" ");
                List<RuleTable.Rule> rules = rules(words[0], lines.getOrDefault(words[0], List.of()));
                if (words[1].equals("DROP")) {
                    rules.add(policy(words[0]));
                }
                chains.put(words[0], new RuleTable.Chain(words[0], base(words[0]), rules));
            }
        }
        return new RuleTable(table.program().tool(), table.name(), chains);
    }

    private Optional<RuleTable.Base> base(String chain) {
        return HOOKS.contains(chain)
                ? Optional.of(new RuleTable.Base(
                        Hook.valueOf(chain), priority(Hook.valueOf(chain)), registered.getOrDefault(chain, -1)))
                : Optional.empty();
    }

    /** See linux/netfilter_ipv4.h. */
    private int priority(Hook hook) {
        return switch (table.name()) {
            case "raw" -> -300;
            case "mangle" -> -150;
            case "nat" -> hook == Hook.PREROUTING || hook == Hook.OUTPUT ? -100 : 100;
            case "security" -> 50;
            default -> 0;
        };
    }

    private List<RuleTable.Rule> rules(String chain, List<String> lines) {
        List<RuleTable.Rule> rules = new ArrayList<>();
        for (String line : lines) {
            int number = rules.size() + 1;
            String command = table.program().name() + " -t " + table.name();
            boolean byText = Collections.frequency(lines, line) == 1
                    && PLAIN.matcher(line).matches();
            String deletion =
                    command + (byText ? " -D" + line.substring("-A".length()) : " -D " + chain + " " + number);
            String place = command + ", chain " + chain + ", rule " + number;
            rules.add(new RuleTable.Rule(line, place, deletion, steps(IptablesRule.parse(line))));
        }
        return rules;
    }

    private List<Step> steps(IptablesRule rule) {
        Set<IpVersion> versions = Set.of(table.program().version());
        Conditions when = conditions.of(rule);
        List<Step> steps = new ArrayList<>();
        IptablesEffects.of(rule).forEach(effect -> steps.add(Step.of(versions, when, effect)));
        if (steps.isEmpty()) {
            steps.add(Step.into(versions, when, rule.target()));
        }
        return steps;
    }

    private RuleTable.Rule policy(String chain) {
        String command = table.program().name() + " -t " + table.name();
        return new RuleTable.Rule(
                "-P " + chain + " DROP",
                command + ", chain " + chain + ", policy",
                command + " -P " + chain + " ACCEPT",
                List.of(Step.of(Set.of(table.program().version()), Conditions.NONE, new Effect.Drop())));
    }
}

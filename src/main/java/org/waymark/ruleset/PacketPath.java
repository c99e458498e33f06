package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.waymark.programs.IpVersion;

/** Puts the rules of all tables in the order in which a packet meets them. */
final class PacketPath {
    /** How deep jumps are followed; the kernel allows 16. */
    private static final int DEEPEST = 16;

    /** How many rules are followed: those of a chain that many jumps lead to count for each. */
    private static final int MOST_RULES = 100_000;

    private final List<HostRule> rules = new ArrayList<>();
    private int followed;
    private boolean complete = true;

    private record Entry(RuleTable table, RuleTable.Chain chain, RuleTable.Base base) {}

    /** Follows the chains of these tables. */
    PacketPath(List<RuleTable> tables) {
        List<Entry> entries = new ArrayList<>();
        for (RuleTable table : tables) {
            for (RuleTable.Chain chain : table.chains().values()) {
                chain.base().ifPresent(base -> entries.add(new Entry(table, chain, base)));
            }
        }
        entries.sort(Comparator.comparing((Entry entry) -> entry.base().hook())
                .thenComparing(entry -> entry.base().priority())
                .thenComparing(entry -> -entry.base().registered()));
        for (Entry entry : entries) {
            List<HostRule> reached = new ArrayList<>();
            follow(entry, entry.chain(), List.of(), EnumSet.allOf(IpVersion.class), Conditions.NONE, reached);
            rules.addAll(thatMatter(reached));
        }
    }

    /** The rules, in their order. */
    List<HostRule> rules() {
        return rules;
    }

    /** Whether all rules were followed. */
    boolean isComplete() {
        return complete;
    }

    private void follow(
            Entry entry,
            RuleTable.Chain chain,
            List<String> callers,
            Set<IpVersion> versions,
            Conditions conditions,
            List<HostRule> reached) {
        if (callers.size() == DEEPEST || followed > MOST_RULES) {
            complete = false;
            return;
        }
        List<String> path = new ArrayList<>(callers);
        path.add(chain.name());
        for (RuleTable.Rule rule : chain.rules()) {
            followed++;
            for (Step step : rule.steps()) {
                Set<IpVersion> both = EnumSet.copyOf(versions);
                both.retainAll(step.versions());
                if (both.isEmpty()) {
                    continue;
                }
                Conditions all = conditions.and(step.conditions());
                step.effect().ifPresent(effect -> reached.add(rule(entry, path, both, rule, effect, all)));
                step.into()
                        .map(name -> entry.table().chains().get(name))
                        .ifPresent(next -> follow(entry, next, path, both, all, reached));
            }
        }
    }

    private static HostRule rule(
            Entry entry,
            List<String> path,
            Set<IpVersion> versions,
            RuleTable.Rule rule,
            Effect effect,
            Conditions conditions) {
        return new HostRule(
                entry.table().tool(),
                versions,
                entry.table().name(),
                path,
                entry.base().hook(),
                entry.base().priority(),
                rule.text(),
                rule.place(),
                rule.deletion(),
                effect,
                conditions);
    }

    /** Without those that let a packet pass where nothing follows that it would miss. */
    private static List<HostRule> thatMatter(List<HostRule> reached) {
        List<HostRule> kept = new ArrayList<>();
        for (int i = reached.size() - 1; i >= 0; i--) {
            HostRule rule = reached.get(i);
            if (!isEnd(rule) || kept.stream().anyMatch(later -> !isEnd(later) && misses(rule, later))) {
                kept.add(rule);
            }
        }
        Collections.reverse(kept);
        return kept;
    }

    private static boolean isEnd(HostRule rule) {
        return rule.effect() instanceof Effect.Accept || rule.effect() instanceof Effect.Return;
    }

    private static boolean misses(HostRule end, HostRule later) {
        int depth = end.path().size();
        return end.effect() instanceof Effect.Accept
                || (later.path().size() >= depth
                        && later.path().subList(0, depth).equals(end.path()));
    }
}

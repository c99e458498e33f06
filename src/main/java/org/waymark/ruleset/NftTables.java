package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Understands what {@code nft -j -a list ruleset} writes. */
final class NftTables {
    private static final Set<String> FAMILIES = Set.of("ip", "ip6", "inet");

    private final NftSets sets = new NftSets();
    private final Map<String, Integer> registered = new HashMap<>();
    private final Map<String, Object> chains = new LinkedHashMap<>();
    private final Map<String, List<Object>> rules = new HashMap<>();
    private final Map<String, Map<String, String>> texts = new HashMap<>();
    private final List<String> unreadable = new ArrayList<>();

    /**
     * @param json what nft has written as JSON
     * @param listing what {@code nft -a list ruleset} has written
     */
    NftTables(Object json, String listing) {
        NftText.parse(listing).forEach(table -> texts.put(table.family() + " " + table.name(), table.rules()));
        for (Object entry : Json.list(Json.object(json).get("nftables"))) {
            String kind = Json.kind(entry);
            Object inner = Json.object(entry).get(kind);
            String family = Json.text(inner, "family");
            String table = Json.text(inner, "table");
            switch (kind) {
                case "set", "map" -> sets.add(family, table, inner);
                case "chain" -> {
                    String chain = chainOf(inner, "name");
                    registered.put(chain, registered.size());
                    chains.put(chain, inner);
                }
                case "rule" ->
                    rules.computeIfAbsent(chainOf(inner, "chain"), chain -> new ArrayList<>())
                            .add(inner);
                default -> {}
            }
        }
    }

    private static String chainOf(Object json, String name) {
        return key(Json.text(json, "family"), Json.text(json, "table"), Json.text(json, name));
    }

    private static String key(String family, String table, String chain) {
        return family + " " + table + " " + chain;
    }

    /** The order in which the chains of a table were registered; iptables does not tell it. */
    Map<String, Integer> registered(String family, String table) {
        Map<String, Integer> ofTable = new HashMap<>();
        chains.values().stream()
                .filter(chain -> Json.text(chain, "family").equals(family)
                        && Json.text(chain, "table").equals(table))
                .forEach(chain -> ofTable.put(Json.text(chain, "name"), registered.get(chainOf(chain, "name"))));
        return ofTable;
    }

    /** What could not be understood, for people. */
    List<String> unreadable() {
        return unreadable;
    }

    /**
     * The tables of nft, without Waymark's own.
     *
     * @param ofIptables the chains that iptables shows, as {@code ip mangle PREROUTING}; they are left out
     */
    List<RuleTable> tables(Set<String> ofIptables) {
        Map<String, Map<String, RuleTable.Chain>> byTable = new LinkedHashMap<>();
        chains.forEach((key, chain) -> {
            String family = Json.text(chain, "family");
            String table = Json.text(chain, "table");
            if (ofIptables.contains(key) || NftText.isWaymarks(table)) {
                return;
            }
            Optional<RuleTable.Base> base = base(chain, key);
            if (FAMILIES.contains(family)
                    && (base.isPresent() || !Json.object(chain).containsKey("hook"))) {
                RuleTable.Chain read = new RuleTable.Chain(Json.text(chain, "name"), base, rules(chain, key));
                byTable.computeIfAbsent(family + " " + table, name -> new LinkedHashMap<>())
                        .put(read.name(), read);
            } else if (rules.containsKey(key) && !family.equals("arp")) {
                unreadable.add(place(chain)
                        + ": packets are not followed there (hook %s)".formatted(Json.text(chain, "hook")));
            }
        });
        List<RuleTable> tables = new ArrayList<>();
        byTable.forEach((name, ofTable) -> tables.add(new RuleTable(Tool.NFT, name, ofTable)));
        return tables;
    }

    private Optional<RuleTable.Base> base(Object chain, String key) {
        String name = Json.text(chain, "hook").toUpperCase(Locale.ROOT);
        for (Hook hook : Hook.values()) {
            if (hook.name().equals(name)) {
                int priority = Integer.parseInt(Json.text(chain, "prio"));
                return Optional.of(new RuleTable.Base(hook, priority, registered.get(key)));
            }
        }
        return Optional.empty();
    }

    private List<RuleTable.Rule> rules(Object chain, String key) {
        List<RuleTable.Rule> read = new ArrayList<>();
        for (Object rule : rules.getOrDefault(key, List.of())) {
            read.add(rule(chain, key, rule));
        }
        if (Json.text(chain, "policy").equals("drop")) {
            Step drop = Step.of(NftSteps.versionsOf(Json.text(chain, "family")), Conditions.NONE, new Effect.Drop());
            read.add(new RuleTable.Rule(
                    "policy drop",
                    place(chain) + ", policy",
                    "nft 'chain " + key + " { policy accept; }'",
                    List.of(drop)));
        }
        return read;
    }

    private RuleTable.Rule rule(Object chain, String key, Object rule) {
        String family = Json.text(rule, "family");
        String table = Json.text(rule, "table");
        String handle = Json.text(rule, "handle");
        NftSteps steps =
                new NftSteps(family, table, sets, Json.list(Json.object(rule).get("expr")));
        String place = place(chain) + ", handle " + handle;
        steps.notUnderstood()
                .forEach(name ->
                        unreadable.add(place + ": only iptables understands what its target " + name + " does"));
        String text = texts.getOrDefault(family + " " + table, Map.of()).getOrDefault(handle, "");
        return new RuleTable.Rule(text, place, "nft delete rule " + key + " handle " + handle, steps.steps());
    }

    private static String place(Object chain) {
        return "nft table %s %s, chain %s"
                .formatted(Json.text(chain, "family"), Json.text(chain, "table"), Json.text(chain, "name"));
    }
}

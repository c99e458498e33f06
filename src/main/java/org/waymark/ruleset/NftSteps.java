package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.waymark.programs.IpVersion;

/** Reads a rule of nft from its first statement to its last: each effect has the conditions that are before it. */
final class NftSteps {
    /** Statements that are conditions, too: they may end a rule. */
    private static final Set<String> OTHER_CONDITIONS = Set.of("limit", "quota", "ct count", "synproxy");

    /** What statements may take from a map. */
    private static final List<String> VALUES = List.of("value", "addr", "port");

    private final String family;
    private final String table;
    private final NftSets sets;
    private final Set<IpVersion> versions;
    private final List<Condition> conditions = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<String> notUnderstood = new ArrayList<>();

    NftSteps(String family, String table, NftSets sets, List<Object> statements) {
        this.family = family;
        this.table = table;
        this.sets = sets;
        this.versions = versionsOf(family);
        statements.forEach(statement -> {
            String kind = Json.kind(statement);
            read(kind, Json.object(statement).get(kind));
        });
    }

    static Set<IpVersion> versionsOf(String family) {
        Set<IpVersion> versions = EnumSet.allOf(IpVersion.class);
        versions.removeIf(version -> !family.equals("inet") && !family.equals(version.nft()));
        return versions;
    }

    /** What the rule does. */
    List<Step> steps() {
        return steps;
    }

    /** What only another tool understands. */
    List<String> notUnderstood() {
        return notUnderstood;
    }

    private void read(String kind, Object statement) {
        switch (kind) {
            case "match" ->
                require(NftMatch.of(
                        Json.text(statement, "op"),
                        Json.object(statement).get("left"),
                        elements(Json.object(statement).get("right"))));
            case "vmap" -> vmap(statement);
            case "xt" -> xt(statement);
            default -> {
                if (OTHER_CONDITIONS.contains(kind)) {
                    conditions.add(Condition.is(Field.OTHER, (kind + " " + Json.words(statement)).strip()));
                }
                restrict(statement);
                act(kind, statement);
            }
        }
    }

    private void require(NftMatch match) {
        versions.retainAll(match.versions());
        conditions.addAll(match.conditions());
    }

    /** A statement that takes something from a map needs the key to be there; an address is of one version. */
    private void restrict(Object statement) {
        for (String member : VALUES) {
            Json.member(Json.object(statement).get(member), "map")
                    .ifPresent(map -> require(NftMatch.of("==", Json.object(map).get("key"), keys(map))));
        }
        Json.member(statement, "family").ifPresent(name -> versions.retainAll(versionsOf(name.toString())));
    }

    private void act(String kind, Object statement) {
        Set<IpVersion> those = Set.copyOf(versions);
        Conditions when = new Conditions(conditions);
        if (kind.equals("jump") || kind.equals("goto")) {
            steps.add(Step.into(those, when, Json.text(statement, "target")));
        }
        NftEffects.of(kind, statement).forEach(effect -> steps.add(Step.of(those, when, effect)));
    }

    /** The elements with one verdict are one condition. */
    private void vmap(Object vmap) {
        Map<Object, List<Object>> keysByVerdict = new LinkedHashMap<>();
        for (Object pair : elements(Json.object(vmap).get("data"))) {
            List<Object> both = Json.list(pair);
            keysByVerdict
                    .computeIfAbsent(both.get(1), verdict -> new ArrayList<>())
                    .add(both.get(0));
        }
        keysByVerdict.forEach((verdict, keys) -> {
            Set<IpVersion> versionsBefore = Set.copyOf(versions);
            List<Condition> conditionsBefore = List.copyOf(conditions);
            require(NftMatch.of("==", Json.object(vmap).get("key"), keys));
            act(Json.kind(verdict), Json.object(verdict).get(Json.kind(verdict)));
            versions.addAll(versionsBefore);
            conditions.clear();
            conditions.addAll(conditionsBefore);
        });
    }

    /** An extension of iptables, of which nft knows only the name. */
    private void xt(Object extension) {
        String name = Json.text(extension, "name");
        if (Json.text(extension, "type").equals("match")) {
            conditions.add(Condition.is(Field.OTHER, "xt match " + name));
        } else {
            notUnderstood.add(name);
        }
    }

    private List<Object> keys(Object map) {
        return elements(Json.object(map).get("data")).stream()
                .map(pair -> Json.list(pair).get(0))
                .toList();
    }

    private List<Object> elements(Object set) {
        return sets.elements(family, table, set);
    }
}

package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sets and maps of nft: those of a table, by name, and those that a rule has in itself. */
final class NftSets {
    private final Map<String, List<Object>> named = new HashMap<>();

    /** Adds a set or map of a table. */
    void add(String family, String table, Object set) {
        named.put(
                key(family, table, Json.text(set, "name")),
                Json.list(Json.object(set).get("elem")));
    }

    /**
     * What a set has in it; for a map pairs of key and value.
     *
     * @param set {@code "@name"}, an object with a set or with flags, a list, or a single element
     */
    List<Object> elements(String family, String table, Object set) {
        List<Object> raw;
        if (set instanceof String name && name.startsWith("@")) {
            raw = named.getOrDefault(key(family, table, name.substring(1)), List.of());
        } else {
            raw = Json.list(
                    Json.member(set, "set").or(() -> Json.member(set, "|")).orElse(set));
        }
        return raw.stream().map(NftSets::plain).toList();
    }

    /** Elements with a timeout, a comment or a counter are packed in an object. */
    private static Object plain(Object element) {
        if (element instanceof List) {
            List<Object> pair = new ArrayList<>(Json.list(element));
            pair.set(0, plain(pair.get(0)));
            return pair;
        }
        return Json.member(element, "elem")
                .flatMap(packed -> Json.member(packed, "val"))
                .orElse(element);
    }

    private static String key(String family, String table, String name) {
        return family + " " + table + " " + name;
    }
}

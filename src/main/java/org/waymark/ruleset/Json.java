package org.waymark.ruleset;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds its way in JSON, as nft writes it (man 5 libnftables-json): most objects have one member, whose name says what they are. */
final class Json {
    /** Members whose names say nothing that their values do not. */
    private static final Set<String> NAMELESS = Set.of("payload", "protocol", "field", "key", "data", "set", "concat");

    private Json() {}

    /** The object itself; one without members if it is not an object. */
    @SuppressWarnings("unchecked") // The names of an object's members are always texts.
    static Map<String, Object> object(Object json) {
        return json instanceof Map ? (Map<String, Object>) json : Map.of();
    }

    /** The array itself; one element if it is not an array, none for null. */
    @SuppressWarnings("unchecked") // An array may have anything in it.
    static List<Object> list(Object json) {
        if (json instanceof List) {
            return (List<Object>) json;
        }
        return json == null ? List.of() : List.of(json);
    }

    /** What an object has under a name; empty if it has not, or has null there. */
    static Optional<Object> member(Object json, String name) {
        return Optional.ofNullable(object(json).get(name));
    }

    /** The same, as text; empty if there is none. */
    static String text(Object json, String name) {
        return member(json, name).map(Object::toString).orElse("");
    }

    /** The name of an object's first member; empty if it has none. */
    static String kind(Object json) {
        return object(json).keySet().stream().findFirst().orElse("");
    }

    /** Something for people, as close to nft's own language as its JSON is. */
    static String words(Object json) {
        if (json instanceof Map) {
            return object(json).entrySet().stream()
                    .map(member -> (NAMELESS.contains(member.getKey()) ? "" : member.getKey() + " ")
                            + words(member.getValue()))
                    .map(String::strip)
                    .collect(Collectors.joining(" "));
        } else if (json instanceof List) {
            return list(json).stream().map(Json::words).collect(Collectors.joining(", "));
        }
        return json == null ? "" : json.toString();
    }
}

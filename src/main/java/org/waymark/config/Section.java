package org.waymark.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tomlj.MutableTomlTable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A table of the file, as its record reads it: key by key, each with its kind and its default. What is wrong is put
 * down with its position and the default is read in its stead, so that one reading finds every fault. The keys asked
 * for are the keys that there are: {@link #refuseOtherKeys} holds the file against them when all have been asked for.
 */
final class Section {
    private final TomlTable table;
    private final List<String> path;
    private final TomlPosition position;
    private final Faults faults;
    private final Set<String> keys = new LinkedHashSet<>();
    private final List<Section> parts = new ArrayList<>();

    /**
     * @param path the keys that lead to the table; none for the file itself
     * @param position where the table begins
     */
    Section(TomlTable table, List<String> path, TomlPosition position, Faults faults) {
        this.table = table;
        this.path = path;
        this.position = position;
        this.faults = faults;
    }

    boolean has(String key) {
        return table.get(List.of(key)) != null;
    }

    /** The value of a key; empty if it is not there, or wrong, which is then put down. */
    <T> Optional<T> find(String key, Kind<T> kind) {
        keys.add(key);
        return has(key) ? read(key, kind, table.get(List.of(key)), positionOf(key)) : Optional.empty();
    }

    /** The value of a key that must be there; empty if it is not, or wrong, which is then put down. */
    <T> Optional<T> required(String key, Kind<T> kind) {
        if (!has(key)) {
            missing(key, kind.allowed());
        }
        return find(key, kind);
    }

    /** The value of a key, or its default, which is given as it would stand in the file. */
    <T> T value(String key, Kind<T> kind, Object byDefault) {
        return find(key, kind).orElseGet(() -> kind.read(byDefault));
    }

    /** The values of a key, at least one, or its defaults, which are given as they would stand in the file. */
    <T> List<T> list(String key, Kind<T> kind, List<?> byDefault) {
        return find(key, Kind.array(kind.allowed()))
                .map(array -> elements(key, kind, array))
                .orElseGet(() -> byDefault.stream().map(kind::read).toList());
    }

    /** The values of a key, which may be none, as when it is not there. */
    <T> List<T> anyList(String key, Kind<T> kind) {
        return find(key, Kind.anyArray(kind.allowed()))
                .map(array -> elements(key, kind, array))
                .orElse(List.of());
    }

    /** The values of a key that must be there, at least one; none if that is not so, which is then put down. */
    <T> List<T> requiredList(String key, Kind<T> kind) {
        if (!has(key)) {
            missing(key, Kind.array(kind.allowed()).allowed());
        }
        return list(key, kind, List.of());
    }

    /** Values are the same if their texts are: Java takes link-local addresses for equal, whatever their interfaces. */
    private <T> List<T> elements(String key, Kind<T> kind, TomlArray array) {
        List<T> values = new ArrayList<>();
        Map<String, Object> seen = new HashMap<>();
        for (int i = 0; i < array.size(); i++) {
            Object element = array.get(i);
            TomlPosition at = array.inputPositionOf(i);
            read(key, kind, element, at).ifPresent(value -> {
                Object first = seen.putIfAbsent(value.toString(), element);
                if (first == null) {
                    values.add(value);
                } else {
                    String same = first.equals(element) ? " is there twice" : " is the same as " + Kind.describe(first);
                    faults.add(at, name(key), Kind.describe(element) + same + ", once is enough");
                }
            });
        }
        return values;
    }

    private <T> Optional<T> read(String key, Kind<T> kind, Object value, TomlPosition at) {
        try {
            return Optional.of(kind.read(value));
        } catch (IllegalArgumentException e) {
            faults.add(at, name(key), e.getMessage() + ", allowed: " + kind.allowed());
            return Optional.empty();
        }
    }

    /** The table under a key; an empty one if there is none. */
    Section section(String key) {
        return find(key, Kind.table("a table, [" + key + "]"))
                .map(found -> part(found, key, positionOf(key)))
                .orElseGet(() -> part(MutableTomlTable.create(), key, position));
    }

    /** The tables under a key, in their order; none if the key is not there. */
    List<Section> sections(String key) {
        Kind<TomlTable> kind = Kind.table("a table, [[" + key + "]]");
        List<Section> sections = new ArrayList<>();
        find(key, Kind.array(kind.allowed())).ifPresent(array -> {
            for (int i = 0; i < array.size(); i++) {
                TomlPosition at = array.inputPositionOf(i);
                read(key, kind, array.get(i), at).ifPresent(found -> sections.add(part(found, key, at)));
            }
        });
        return sections;
    }

    private Section part(TomlTable found, String key, TomlPosition at) {
        List<String> partPath = Stream.concat(path.stream(), Stream.of(key)).toList();
        Section part = new Section(found, partPath, at, faults);
        parts.add(part);
        return part;
    }

    /** Puts down that a key must be there. */
    void missing(String key, String required) {
        keys.add(key);
        faults.addUnlessAstray(position, name(key), "is missing, required: " + required);
    }

    /** Puts down that the value of a key, right by itself, is wrong where it stands. */
    void wrong(String key, String problem) {
        faults.add(positionOf(key), name(key), problem);
    }

    /** Puts down that the value of a key is allowed, but can't be meant. */
    void warn(String key, String problem) {
        faults.warn(positionOf(key), name(key), problem);
    }

    /** All that was put down so for the whole file. */
    List<Fault> warnings() {
        return faults.warnings();
    }

    /** Puts down every key of this table and of its parts that has not been asked for. */
    void refuseOtherKeys() {
        for (String key : table.keySet()) {
            if (!keys.contains(key)) {
                String allowed = Spelling.nearest(key, keys)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("allowed: " + String.join(", ", keys));
                faults.addUnlessAstray(table.inputPositionOf(List.of(key)), name(key), "is unknown, " + allowed);
            }
        }
        parts.forEach(Section::refuseOtherKeys);
    }

    private TomlPosition positionOf(String key) {
        return table.entry(List.of(key)).value().position();
    }

    private String name(String key) {
        return Toml.joinKeyPath(Stream.concat(path.stream(), Stream.of(key)).toList());
    }
}

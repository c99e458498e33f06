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
 * A table of the file. Its record reads it key by key, each with its kind and its default. A fault is recorded with its position, and the
 * default is used instead, so that one reading finds every fault. The keys that are read are the keys that exist: {@link #refuseOtherKeys}
 * refuses all others when everything has been read.
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

    /** The value of a key; empty if the key is absent, or wrong, which is then recorded. */
    <T> Optional<T> find(String key, Kind<T> kind) {
        keys.add(key);
        return has(key) ? read(key, kind, table.get(List.of(key)), positionOf(key)) : Optional.empty();
    }

    /** The value of a required key; empty if the key is absent or wrong, which is then recorded. */
    <T> Optional<T> required(String key, Kind<T> kind) {
        if (!has(key)) {
            missing(key, kind.allowed());
        }
        return find(key, kind);
    }

    /** The value of a key, or its default, which is written as in the file. */
    <T> T value(String key, Kind<T> kind, Object byDefault) {
        return find(key, kind).orElseGet(() -> kind.read(byDefault));
    }

    /** The values of a key, at least one, or its defaults, which are written as in the file. */
    <T> List<T> list(String key, Kind<T> kind, List<?> byDefault) {
        return find(key, Kind.array(kind.allowed()))
                .map(array -> elements(key, kind, array))
                .orElseGet(() -> byDefault.stream().map(kind::read).toList());
    }

    /** The values of a key; there may be none, and an absent key has none. */
    <T> List<T> anyList(String key, Kind<T> kind) {
        return find(key, Kind.anyArray(kind.allowed()))
                .map(array -> elements(key, kind, array))
                .orElse(List.of());
    }

    /** The values of a required key, at least one; empty if there are none, which is then recorded. */
    <T> List<T> requiredList(String key, Kind<T> kind) {
        if (!has(key)) {
            missing(key, Kind.array(kind.allowed()).allowed());
        }
        return list(key, kind, List.of());
    }

    /** Values are the same if their texts are the same: Java considers link-local addresses equal even if their interfaces differ. */
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
                    faults.add(at, name(key), Kind.describe(element) + same + " (once is enough)");
                }
            });
        }
        return values;
    }

    private <T> Optional<T> read(String key, Kind<T> kind, Object value, TomlPosition at) {
        try {
            return Optional.of(kind.read(value));
        } catch (IllegalArgumentException e) {
            faults.add(at, name(key), e.getMessage() + " (allowed: " + kind.allowed() + ")");
            return Optional.empty();
        }
    }

    /** The table of a key; an empty one if the key is absent. */
    Section section(String key) {
        return find(key, Kind.table("a table, [" + key + "]"))
                .map(found -> part(found, key, positionOf(key)))
                .orElseGet(() -> part(MutableTomlTable.create(), key, position));
    }

    /** The tables of a key, in their order; none if the key is absent. */
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

    /** Records that a required key is absent. */
    void missing(String key, String required) {
        keys.add(key);
        faults.addUnlessSyntaxIsBroken(position, name(key), "is missing (required: " + required + ")");
    }

    /** Records that the value of a key, which may be right elsewhere, is wrong here. */
    void wrong(String key, String problem) {
        faults.add(positionOf(key), name(key), problem);
    }

    /** Records that the value of a key is allowed, but is probably a mistake. */
    void warn(String key, String problem) {
        faults.warn(positionOf(key), name(key), problem);
    }

    /** All warnings about the whole file. */
    List<Fault> warnings() {
        return faults.warnings();
    }

    /** Records every key of this table and of its parts that nothing has read. */
    void refuseOtherKeys() {
        for (String key : table.keySet()) {
            if (!keys.contains(key)) {
                String allowed = Spelling.nearest(key, keys)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("allowed: " + String.join(", ", keys));
                faults.addUnlessSyntaxIsBroken(
                        table.inputPositionOf(List.of(key)), name(key), "is unknown (" + allowed + ")");
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

package org.waymark.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A table of the configuration, in one or several files. Its record reads it key by key, each with its kind and its default. A fault is
 * recorded with its place, and the default is used instead, so that one reading finds every fault. The keys that are read are the keys that
 * exist: {@link #refuseOtherKeys} refuses all others when everything has been read.
 */
final class Section {
    private final List<Piece> pieces;
    private final List<String> path;
    private final Place start;
    private final Faults faults;
    private final Set<String> keys = new LinkedHashSet<>();
    private final List<Section> parts = new ArrayList<>();

    /**
     * What one file has of a table.
     *
     * @param start where it begins
     */
    record Piece(TomlTable table, Place start) {
        boolean has(String key) {
            return value(key) != null;
        }

        Object value(String key) {
            return table.get(List.of(key));
        }

        Place placeOf(String key) {
            return at(table.entry(List.of(key)).value().position());
        }

        Place at(TomlPosition position) {
            return Place.at(start.file(), position);
        }
    }

    /**
     * @param pieces the table in each file that has it, in the order in which they count; the last that has a key counts
     * @param path the keys that lead to the table; none for the file itself
     * @param start where the table begins, or should be
     */
    Section(List<Piece> pieces, List<String> path, Place start, Faults faults) {
        this.pieces = List.copyOf(pieces);
        this.path = path;
        this.start = start;
        this.faults = faults;
    }

    boolean has(String key) {
        return pieces.stream().anyMatch(piece -> piece.has(key));
    }

    private Piece lastWith(String key) {
        return pieces.stream()
                .filter(piece -> piece.has(key))
                .reduce((former, latter) -> latter)
                .orElseThrow();
    }

    /** The value of a key; empty if the key is absent, or wrong, which is then recorded. */
    <T> Optional<T> find(String key, Kind<T> kind) {
        keys.add(key);
        if (!has(key)) {
            return Optional.empty();
        }
        Piece piece = lastWith(key);
        return read(key, kind, piece.value(key), piece.placeOf(key));
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

    /** The value of a key, or its values in an array, at least one; none if the key is absent. */
    <T> List<T> oneOrMore(String key, Kind<T> kind) {
        boolean isOne = has(key) && lastWith(key).value(key) instanceof String;
        return isOne ? find(key, kind).stream().toList() : list(key, kind, List.of());
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
        Piece piece = lastWith(key);
        List<T> values = new ArrayList<>();
        Map<String, Object> seen = new HashMap<>();
        for (int i = 0; i < array.size(); i++) {
            Object element = array.get(i);
            Place at = piece.at(array.inputPositionOf(i));
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

    private <T> Optional<T> read(String key, Kind<T> kind, Object value, Place at) {
        try {
            return Optional.of(kind.read(value));
        } catch (IllegalArgumentException e) {
            faults.add(at, name(key), e.getMessage() + " (allowed: " + kind.allowed() + ")");
            return Optional.empty();
        }
    }

    /** The table of a key, from all files; an empty one if the key is absent. */
    Section section(String key) {
        keys.add(key);
        List<Piece> found = new ArrayList<>();
        for (Piece piece : pieces) {
            pieceOf(piece, key, Kind.table("a table, [" + key + "]")).ifPresent(found::add);
        }
        return part(found, key, found.isEmpty() ? start : found.get(0).start());
    }

    private Optional<Piece> pieceOf(Piece piece, String key, Kind<TomlTable> kind) {
        if (!piece.has(key)) {
            return Optional.empty();
        }
        Place at = piece.placeOf(key);
        return read(key, kind, piece.value(key), at).map(table -> new Piece(table, at));
    }

    /** The tables of a key, in their order, file by file; none if the key is absent. */
    List<Section> sections(String key) {
        keys.add(key);
        List<Section> sections = new ArrayList<>();
        for (Piece piece : pieces) {
            if (piece.has(key)) {
                sections.addAll(sectionsIn(piece, key));
            }
        }
        return sections;
    }

    private List<Section> sectionsIn(Piece piece, String key) {
        Kind<TomlTable> kind = Kind.table("a table, [[" + key + "]]");
        List<Section> sections = new ArrayList<>();
        read(key, Kind.array(kind.allowed()), piece.value(key), piece.placeOf(key))
                .ifPresent(array -> {
                    for (int i = 0; i < array.size(); i++) {
                        Place at = piece.at(array.inputPositionOf(i));
                        read(key, kind, array.get(i), at)
                                .ifPresent(found -> sections.add(part(List.of(new Piece(found, at)), key, at)));
                    }
                });
        return sections;
    }

    private Section part(List<Piece> found, String key, Place at) {
        List<String> partPath = Stream.concat(path.stream(), Stream.of(key)).toList();
        Section part = new Section(found, partPath, at, faults);
        parts.add(part);
        return part;
    }

    /** Records that a required key is absent. */
    void missing(String key, String required) {
        keys.add(key);
        faults.addUnlessSyntaxIsBroken(start, name(key), "is missing (required: " + required + ")");
    }

    /** Records that the value of a key, which may be right elsewhere, is wrong here. */
    void wrong(String key, String problem) {
        faults.add(lastWith(key).placeOf(key), name(key), problem);
    }

    /** Records that the value of a key is allowed, but is probably a mistake. */
    void warn(String key, String problem) {
        faults.warn(lastWith(key).placeOf(key), name(key), problem);
    }

    /** All warnings about the whole configuration. */
    List<Fault> warnings() {
        return faults.warnings();
    }

    /** Records every key of this table and of its parts that nothing has read. */
    void refuseOtherKeys() {
        for (Piece piece : pieces) {
            for (String key : piece.table().keySet()) {
                if (!keys.contains(key)) {
                    String allowed = Spelling.nearest(key, keys)
                            .map(near -> "did you mean " + near + "?")
                            .orElse("allowed: " + String.join(", ", keys));
                    faults.addUnlessSyntaxIsBroken(
                            piece.at(piece.table().inputPositionOf(List.of(key))),
                            name(key),
                            "is unknown (" + allowed + ")");
                }
            }
        }
        parts.forEach(Section::refuseOtherKeys);
    }

    private String name(String key) {
        return Toml.joinKeyPath(Stream.concat(path.stream(), Stream.of(key)).toList());
    }
}

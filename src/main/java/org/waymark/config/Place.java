package org.waymark.config;

import java.nio.file.Path;
import org.tomlj.TomlPosition;

/**
 * A place in one of the files of a configuration.
 *
 * @param line the line, from 1
 * @param column the column, from 1
 */
record Place(Path file, int line, int column) {
    static Place startOf(Path file) {
        return new Place(file, 1, 1);
    }

    static Place at(Path file, TomlPosition position) {
        return new Place(file, position.line(), position.column());
    }

    Fault fault(String key, String problem) {
        return new Fault(file, line, column, key, problem);
    }
}

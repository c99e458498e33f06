package org.waymark.config;

import java.nio.file.Path;

/**
 * A fault in a configuration file.
 *
 * @param file the file
 * @param line the line, from 1; 0 if the fault is in the file as a whole
 * @param column the column, from 1; 0 if the fault is in the file as a whole
 * @param key the key after those of the tables around it, {@code limits.tcp-idle}; empty if the fault is not in a key
 * @param problem what is wrong and what is allowed, for people, in one line
 */
public record Fault(Path file, int line, int column, String key, String problem) {
    public Fault {
        // A value may contain anything, and this text is shown on terminals and in the journal.
        problem = problem.codePoints()
                .map(c -> Character.isISOControl(c) ? '\ufffd' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Writes {@code FILE:LINE:COLUMN: key: what is wrong, what is allowed}, without the parts that the fault does not have. */
    @Override
    public String toString() {
        String place = line > 0 ? file + ":" + line + ":" + column : file.toString();
        return place + ": " + (key.isEmpty() ? "" : key + ": ") + problem;
    }
}

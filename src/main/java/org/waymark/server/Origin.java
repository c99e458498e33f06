package org.waymark.server;

import java.nio.file.Path;

/**
 * What runs, and by which file.
 *
 * @param version the version of Waymark, in words
 * @param file the configuration file
 */
public record Origin(String version, Path file) {
    @Override
    public String toString() {
        return version + ", " + file;
    }
}

package org.waymark.dnstap;

import java.nio.file.Path;

/**
 * Where messages are written.
 *
 * @param kind what there is
 * @param path where it is
 */
public record Destination(Kind kind, Path path) {
    /** What messages are written to. */
    public enum Kind {
        /** A Unix socket that somebody reads. */
        SOCKET,
        /** A file, which is emptied first. */
        FILE
    }

    /** As in the configuration. */
    @Override
    public String toString() {
        return (kind == Kind.SOCKET ? "unix:" : "file:") + path;
    }
}

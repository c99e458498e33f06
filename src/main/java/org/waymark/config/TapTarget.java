package org.waymark.config;

import java.nio.file.Path;

/**
 * Where dnstap messages go.
 *
 * @param isSocket whether it is a Unix socket that somebody listens on; otherwise it is a file
 * @param path its path
 */
public record TapTarget(boolean isSocket, Path path) {
    private static final String SOCKET = "unix:";
    private static final String FILE = "file:";

    static Kind<TapTarget> kind() {
        return Kind.text("\"unix:/path\", \"file:/path\", or \"\" for none", text -> {
            if (text.startsWith(SOCKET)) {
                return new TapTarget(true, Kind.absolutePath(text.substring(SOCKET.length())));
            } else if (text.startsWith(FILE)) {
                return new TapTarget(false, Kind.absolutePath(text.substring(FILE.length())));
            }
            throw new IllegalArgumentException("\"" + text + "\" is neither a socket nor a file");
        });
    }

    @Override
    public String toString() {
        return (isSocket ? SOCKET : FILE) + path;
    }
}

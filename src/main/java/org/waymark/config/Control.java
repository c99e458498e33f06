package org.waymark.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The section {@code [control]}: how commands reach a running Waymark.
 *
 * @param socket the Unix socket that it listens on; empty if there is none
 */
public record Control(Optional<Path> socket) {
    private static final String USUAL_SOCKET = "/run/waymark/control";

    /** How they reach it if no file says so. */
    public static final Control BY_DEFAULT = new Control(Optional.of(Path.of(USUAL_SOCKET)));

    static Control from(Section control) {
        return new Control(control.value(
                "socket",
                Kind.orNone(Kind.text("an absolute path, or \"\" for none", Kind::absolutePath)),
                USUAL_SOCKET));
    }
}

package org.waymark.lab;

import java.util.Locale;

/** The three hosts of a {@link Lab}, a network namespace each. */
public enum Host {
    CLIENT,
    GATEWAY,
    UPSTREAM;

    String namespace(String lab) {
        return lab + "-" + name().toLowerCase(Locale.ROOT);
    }
}

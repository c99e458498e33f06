package org.waymark.lab;

import java.util.Locale;

/**
 * The hosts of a {@link Lab}, a network namespace each; the last two are there only after {@link Lab#addHostBehindClient}
 * and {@link Lab#addTwin}.
 */
public enum Host {
    CLIENT,
    GATEWAY,
    UPSTREAM,
    BEHIND,
    TWIN;

    String namespace(String lab) {
        return lab + "-" + name().toLowerCase(Locale.ROOT);
    }
}

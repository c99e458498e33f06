package org.waymark.lab;

import java.util.Locale;

/** The hosts of a {@link Lab}, a network namespace each; the last is there only after {@link Lab#addHostBehindClient}. */
public enum Host {
    CLIENT,
    GATEWAY,
    UPSTREAM,
    BEHIND;

    String namespace(String lab) {
        return lab + "-" + name().toLowerCase(Locale.ROOT);
    }
}

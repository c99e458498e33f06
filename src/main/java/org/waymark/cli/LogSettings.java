package org.waymark.cli;

import org.waymark.config.Log;

/**
 * Sets up the log. slf4j-simple reads most of its settings once, when the first logger is made, which may be that of a library while
 * the configuration is read; the level of a logger is read when it is made. Lines go to standard error as {@code LEVEL message}; time
 * and process are for journald to add, and {@link org.waymark.systemd.JournalStream} tells it the level.
 */
final class LogSettings {
    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private LogSettings() {}

    /** Comes before everything else. */
    static void prepare() {
        set("showThreadName", "false");
        set("showLogName", "false");
        quieten("WARN");
        // It misses a hardware address, on a host with tunnels alone, for ids of connections that are shown to nobody.
        set("log.io.netty.util.internal.MacAddressUtil", "ERROR");
    }

    /** Comes before the first logger of Waymark's own is made. */
    static void apply(Log log) {
        set("log.org.waymark", log.level().name());
        if (log.level() == Log.Level.ERROR) {
            quieten("ERROR");
        }
    }

    /** Libraries tell of their own start-up at lower levels, which is nothing to an operator. */
    private static void quieten(String level) {
        set("log.io.netty", level);
        set("log.org.xbill", level);
    }

    private static void set(String key, String value) {
        System.setProperty(PREFIX + key, value);
    }
}

package org.waymark.cli;

import org.waymark.config.Log;

/**
 * Sets up the log. slf4j-simple reads most of its settings once, when the first logger is made, and a library may make one while the
 * configuration is read. It reads the level of a logger when that logger is made. Lines go to standard error as {@code LEVEL message}.
 * journald adds time and process, and {@link org.waymark.systemd.JournalStream} tells it the level.
 */
final class LogSettings {
    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private LogSettings() {}

    /** Must be called before everything else. */
    static void prepare() {
        set("showThreadName", "false");
        set("showLogName", "false");
        quieten("WARN");
        // On a host that has only tunnels Netty warns that it finds no hardware address, which it wants for connection
        // ids that nobody sees.
        set("log.io.netty.util.internal.MacAddressUtil", "ERROR");
    }

    /** Must be called before Waymark makes its first logger. */
    static void apply(Log.Level level) {
        set("log.org.waymark", level.name());
        if (level == Log.Level.ERROR) {
            quieten("ERROR");
        }
    }

    /** At lower levels libraries log their own start, which does not concern an operator. */
    private static void quieten(String level) {
        set("log.io.netty", level);
        set("log.org.xbill", level);
    }

    private static void set(String key, String value) {
        System.setProperty(PREFIX + key, value);
    }
}

package org.waymark.cli;

import org.waymark.config.Log;

/**
 * Sets up the log, for good: slf4j-simple reads its settings once, so this comes before the first logger is made. Lines
 * go to standard error as {@code LEVEL message}; time and process are for journald to add, and {@link
 * org.waymark.systemd.JournalStream} tells it the level.
 */
final class LogSettings {
    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private LogSettings() {}

    static void apply(Log log) {
        set("defaultLogLevel", log.level().name());
        set("showThreadName", "false");
        set("showLogName", "false");
        // Libraries tell of their own start-up at levels below this one, which is nothing to an operator.
        String libraries = log.level() == Log.Level.ERROR ? "ERROR" : "WARN";
        set("log.io.netty", libraries);
        set("log.org.xbill", libraries);
        // It misses a hardware address, on a host with tunnels alone, for ids of connections that are shown to nobody.
        set("log.io.netty.util.internal.MacAddressUtil", "ERROR");
    }

    private static void set(String key, String value) {
        System.setProperty(PREFIX + key, value);
    }
}

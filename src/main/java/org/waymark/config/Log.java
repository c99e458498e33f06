package org.waymark.config;

/**
 * The section {@code [log]}: what is logged.
 *
 * @param level the least important level that is logged
 * @param queries whether every query is logged
 */
public record Log(Level level, boolean queries) {
    /** How important a line of the log is, the most important first. */
    public enum Level {
        /** Waymark does not do its job. */
        ERROR,
        /** Something is amiss; Waymark goes on. */
        WARN,
        /** What an operator wants to know: start, stop, reload. */
        INFO,
        /** What helps to find a fault. */
        DEBUG
    }

    static Log from(Section log) {
        return new Log(
                log.value("level", Kind.oneOf(Level.class), "info"), //
                log.value("queries", Kind.flag(), false));
    }
}

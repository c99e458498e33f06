package org.waymark.config;

/**
 * The section {@code [log]}: what is logged.
 *
 * @param level the least important level that is logged
 * @param queries whether every query is logged
 */
public record Log(Level level, boolean queries) {
    /** The importance of a line of the log, the most important first. */
    public enum Level {
        /** Waymark does not do its job. */
        ERROR,
        /** Something is wrong, but Waymark goes on. */
        WARN,
        /** What an operator wants to know: start and stop, and other servers, names or networks than before. */
        INFO,
        /** Details that help to find a fault. */
        DEBUG
    }

    static Log from(Section log) {
        return new Log(
                log.value("level", Kind.oneOf(Level.class), "info"), //
                log.value("queries", Kind.flag(), false));
    }
}

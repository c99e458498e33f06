package org.waymark.config;

import java.util.Optional;

/**
 * The section {@code [log]}: what is logged.
 *
 * @param level the least important level that is logged
 * @param format what a line looks like
 * @param queries whether every query is logged
 * @param dnstap where every query and its answer go as dnstap messages; empty if nowhere
 */
public record Log(Level level, Format format, boolean queries, Optional<TapTarget> dnstap) {
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

    /** What a line of the log looks like. */
    public enum Format {
        /** For people. */
        TEXT,
        /** An object of JSON. */
        JSON
    }

    static Log from(Section log) {
        return new Log(
                log.value("level", Kind.oneOf(Level.class), "info"), //
                log.value("format", Kind.oneOf(Format.class), "text"),
                log.value("queries", Kind.flag(), false),
                log.value("dnstap", Kind.orNone(TapTarget.kind()), ""));
    }
}

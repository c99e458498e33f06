package org.waymark.doctor;

/**
 * What cures a {@link Finding}.
 *
 * @param kind what the text is
 * @param text a command, a setting or advice
 */
public record Cure(Kind kind, String text) {
    /** What the text of a cure is. */
    public enum Kind {
        /** A command for a shell, to be run as root. */
        RUN,
        /** A key of the configuration with its new value, in TOML: {@code mark.zones = [0, 5]}. */
        CONFIGURE,
        /** What to do, in words, where no command can know it. */
        ADVICE
    }

    static Cure run(String command) {
        return new Cure(Kind.RUN, command);
    }

    static Cure configure(String setting) {
        return new Cure(Kind.CONFIGURE, setting);
    }

    static Cure advice(String words) {
        return new Cure(Kind.ADVICE, words);
    }
}

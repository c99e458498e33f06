package org.waymark.commands;

/** Numbers as programs get them. */
final class Values {
    private static final double TENTHS = 10;
    private static final double THOUSANDTHS = 1_000;

    private Values() {}

    /** Rounds to tenths. */
    static double rounded(double number) {
        return Math.round(number * TENTHS) / TENTHS;
    }

    /** Milliseconds, rounded to microseconds. */
    static double millis(double millis) {
        return Math.round(millis * THOUSANDTHS) / THOUSANDTHS;
    }
}

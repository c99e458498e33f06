package org.waymark.cli;

import java.util.Locale;
import org.waymark.mark.Mark;

/** Numbers and times as people read them. */
final class Wording {
    /** What stands for nothing. */
    static final String NONE = "-";

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int UNIT = 1024;
    private static final double HUNDRED_PERCENT = 100;
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final double TWO_DIGITS = 10;

    private Wording() {}

    /** 12,345. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** "1 query" or "12,345 queries". */
    static String count(long number, String one, String several) {
        return count(number) + " " + (number == 1 ? one : several);
    }

    /** A number of bytes; from 1 KiB on with one digit after the point. */
    static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= UNIT && unit < UNITS.length - 1) {
            value /= UNIT;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** How full the cache is, and how many queries it has answered. */
    static String cache(Answer cache) {
        if (cache.number("size") == 0) {
            return "off: cache.size is \"0\"";
        }
        long hits = cache.number("hits");
        long asked = hits + cache.number("misses");
        return count(cache.number("answers"), "answer", "answers") + " in " + size(cache.number("used")) + " of "
                + size(cache.number("size")) + "; has answered " + count(hits) + " of "
                + count(asked, "query", "queries") + (asked == 0 ? "" : percent(hits, asked));
    }

    private static String percent(long part, long whole) {
        return String.format(Locale.ROOT, " (%.1f %%)", HUNDRED_PERCENT * part / whole);
    }

    /** "3 h 12 min": the two largest units. */
    static String duration(double seconds) {
        long whole = (long) seconds;
        if (whole < MINUTE) {
            return whole + " s";
        }
        if (whole < HOUR) {
            return whole / MINUTE + " min " + whole % MINUTE + " s";
        }
        if (whole < DAY) {
            return whole / HOUR + " h " + whole % HOUR / MINUTE + " min";
        }
        return whole / DAY + " d " + whole % DAY / HOUR + " h";
    }

    /** "1.8 ms", "230 ms" or "1.2 s"; "-" for 0. */
    static String millis(double millis) {
        if (millis == 0) {
            return NONE;
        }
        if (millis < MILLIS_PER_SECOND) {
            return String.format(Locale.ROOT, millis < TWO_DIGITS ? "%.1f ms" : "%.0f ms", millis);
        }
        return String.format(Locale.ROOT, "%.1f s", millis / MILLIS_PER_SECOND);
    }

    /** 12.3, with separators. */
    static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.1f", perSecond);
    }

    /** 0x89 (137). */
    static String mark(long mark) {
        return Mark.describe((int) mark);
    }
}

package org.waymark.mark;

/**
 * The result of a conntrack look-up for a connection's mark, as a {@code long} so that a look-up allocates nothing.
 * From 0 to 0xffffffff it is the mark, and 0 is a mark like any other. Below 0 it is one of two reasons why the mark is
 * unknown. No entry, no answer, and a mark of 0 are three different things, and must never be confused.
 */
public final class ConnectionMark {
    /** Conntrack has no entry for the connection: it is not tracked, or is in another zone. */
    public static final long NO_ENTRY = -1;

    /** Conntrack did not answer, or answered with an error. */
    public static final long UNAVAILABLE = -2;

    private ConnectionMark() {}

    /** The result for a mark that conntrack returned. */
    public static long known(int mark) {
        return Integer.toUnsignedLong(mark);
    }

    /** Whether the look-up returned a mark, which may be 0. */
    public static boolean isKnown(long connectionMark) {
        return connectionMark >= 0;
    }

    /** The mark itself; only if it {@link #isKnown}. */
    public static int value(long connectionMark) {
        assert isKnown(connectionMark) : describe(connectionMark);
        return (int) connectionMark;
    }

    /** The result for people: {@code mark 0x89 (137)}, {@code no conntrack entry} or {@code conntrack unavailable}. */
    public static String describe(long connectionMark) {
        if (isKnown(connectionMark)) {
            return "mark " + Mark.describe(value(connectionMark));
        }
        return connectionMark == NO_ENTRY ? "no conntrack entry" : "conntrack unavailable";
    }
}

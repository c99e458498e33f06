package org.waymark.mark;

/**
 * What a conntrack look-up told of a connection's mark, coded in a {@code long} so that a look-up allocates nothing:
 * from 0 to 0xffffffff the mark is known, and 0 is a mark like any other; below 0 it is one of two reasons not to know
 * it. They are three different things: no entry and no answer must never pass for a mark of 0.
 */
public final class ConnectionMark {
    /** Conntrack answered, and has no entry for the connection: it is not tracked, or is in another zone. */
    public static final long NO_ENTRY = -1;

    /** Conntrack did not answer, or answered with an error. */
    public static final long UNAVAILABLE = -2;

    private ConnectionMark() {}

    /** Codes a mark that conntrack told. */
    public static long known(int mark) {
        return Integer.toUnsignedLong(mark);
    }

    /** Whether the look-up told a mark, be it 0. */
    public static boolean isKnown(long connectionMark) {
        return connectionMark >= 0;
    }

    /** The mark itself; only for one that {@link #isKnown}. */
    public static int value(long connectionMark) {
        assert isKnown(connectionMark) : describe(connectionMark);
        return (int) connectionMark;
    }

    /** Says it for people: {@code mark 0x89 (137)}, {@code no conntrack entry} or {@code conntrack unavailable}. */
    public static String describe(long connectionMark) {
        if (isKnown(connectionMark)) {
            return "mark " + Mark.describe(value(connectionMark));
        }
        return connectionMark == NO_ENTRY ? "no conntrack entry" : "conntrack unavailable";
    }
}

package org.waymark.sets;

/**
 * A key of a set, whose type says what it means. Keys have an order so that a table stays fast even if somebody chooses addresses that
 * share a place in it.
 *
 * @param mark the mark; 0 in a set without marks
 * @param high the first 64 bits of an IPv6 address; 0 for IPv4
 * @param low the last 64 bits, or the IPv4 address
 */
record Key(int mark, long high, long low) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
        int byMark = Integer.compare(mark, other.mark);
        if (byMark != 0) {
            return byMark;
        }
        int byHigh = Long.compare(high, other.high);
        return byHigh != 0 ? byHigh : Long.compare(low, other.low);
    }
}

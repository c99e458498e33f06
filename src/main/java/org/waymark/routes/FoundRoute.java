package org.waymark.routes;

import java.net.InetAddress;
import java.util.Set;

/**
 * A route of a table.
 *
 * @param destination the first bytes of the addresses that it is for; empty if it is for all
 * @param prefixLength how many bits of them count
 * @param metric which of several routes to the same addresses counts: the one with the lowest, without sign
 * @param interfaces the indices of the interfaces by which it leads; none if it leads nowhere
 */
record FoundRoute(byte[] destination, int prefixLength, int metric, Set<Integer> interfaces) {
    FoundRoute {
        destination = destination.clone();
        interfaces = Set.copyOf(interfaces);
    }

    boolean leadsTo(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (int bit = 0; bit < prefixLength; bit++) {
            int mask = 1 << Byte.SIZE - 1 - bit % Byte.SIZE;
            int at = bit / Byte.SIZE;
            if (at >= destination.length || (destination[at] & mask) != (bytes[at] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the kernel takes it before another one, where both lead to an address. */
    boolean isBefore(FoundRoute other) {
        return prefixLength != other.prefixLength
                ? prefixLength > other.prefixLength
                : Integer.compareUnsigned(metric, other.metric) < 0;
    }

    boolean isLike(FoundRoute other) {
        return prefixLength == other.prefixLength && metric == other.metric;
    }
}

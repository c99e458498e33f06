package org.waymark.firewall;

import java.util.Set;

/**
 * Marks with which packets leave this host for servers only by some interfaces. At most {@value #MOST_INTERFACES} of them count, of each IP
 * version; packets do not leave by others.
 *
 * @param value the bits under the mask
 * @param mask the bits that count
 * @param ipv4 the indices of the interfaces for IPv4; with none, no packet leaves
 * @param ipv6 those for IPv6
 */
public record GuardedMark(int value, int mask, Set<Integer> ipv4, Set<Integer> ipv6) {
    /** As many as one rule has room for. */
    private static final int MOST_INTERFACES = 8;

    public GuardedMark {
        ipv4 = fewOf(ipv4);
        ipv6 = fewOf(ipv6);
    }

    private static Set<Integer> fewOf(Set<Integer> interfaces) {
        return Set.copyOf(interfaces.stream().sorted().limit(MOST_INTERFACES).toList());
    }

    Set<Integer> interfaces(Family family) {
        return family == Family.IPV4 ? ipv4 : ipv6;
    }
}

package org.waymark.routes;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.waymark.linux.Attributes;

/** Reads where a route leads, and by which interfaces (linux/rtnetlink.h). */
final class RouteReader {
    /** {@code struct nlmsghdr} and {@code struct rtmsg}. */
    private static final int ATTRIBUTES = 28;

    private static final int DESTINATION_LENGTH = 17;
    private static final int SOURCE_LENGTH = 18;
    private static final int TABLE = 20;
    private static final int TYPE = 23;
    private static final int FLAGS = 24;

    private static final int RTN_UNICAST = 1;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;
    private static final int RTA_NH_ID = 30;

    private static final int RTNH_F_DEAD = 1;
    private static final int RTNH_F_LINKDOWN = 16;

    /** {@code struct rtnexthop}: its length, flags and hops, and the interface. */
    private static final int HOP_FLAGS = 2;

    private static final int HOP_INTERFACE = 4;
    private static final int HOP_BYTES = 8;

    private final Attributes attributes;

    RouteReader(Attributes attributes) {
        this.attributes = attributes;
    }

    /** The number of the table that the route is in. */
    int table(int message, int end) {
        int table = attributes.find(RTA_TABLE, message + ATTRIBUTES, end);
        return table == Attributes.NONE ? attributes.int8(message + TABLE) : attributes.hostInt32(table);
    }

    /**
     * Reads a route.
     *
     * @return the route; empty if it is only for some of the packets to its addresses
     */
    Optional<FoundRoute> read(int message, int end) {
        int start = message + ATTRIBUTES;
        if (attributes.int8(message + SOURCE_LENGTH) != 0) {
            return Optional.empty();
        }
        int destination = attributes.find(RTA_DST, start, end);
        int metric = attributes.find(RTA_PRIORITY, start, end);
        return Optional.of(new FoundRoute(
                destination == Attributes.NONE ? new byte[0] : attributes.bytes(destination),
                attributes.int8(message + DESTINATION_LENGTH) & 0xff,
                metric == Attributes.NONE ? 0 : attributes.hostInt32(metric),
                interfaces(message, end)));
    }

    /** The interfaces by which the route leads, if it does. Routes over nexthop objects do not count: these change by themselves. */
    private Set<Integer> interfaces(int message, int end) {
        int start = message + ATTRIBUTES;
        Set<Integer> interfaces = new HashSet<>();
        if (attributes.int8(message + TYPE) != RTN_UNICAST
                || attributes.find(RTA_NH_ID, start, end) != Attributes.NONE) {
            return interfaces;
        }
        int link = attributes.find(RTA_OIF, start, end);
        if (link != Attributes.NONE && leads(attributes.hostInt32(message + FLAGS))) {
            interfaces.add(attributes.hostInt32(link));
        }
        int hops = attributes.find(RTA_MULTIPATH, start, end);
        if (hops != Attributes.NONE) {
            addHops(hops, attributes.end(hops), interfaces);
        }
        return interfaces;
    }

    private void addHops(int start, int end, Set<Integer> interfaces) {
        for (int at = start; at + HOP_BYTES <= end; at += Math.max(HOP_BYTES, attributes.hostInt16(at) + 3 & -4)) {
            if (leads(attributes.int8(at + HOP_FLAGS))) {
                interfaces.add(attributes.hostInt32(at + HOP_INTERFACE));
            }
        }
    }

    private static boolean leads(int flags) {
        return (flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) == 0;
    }
}

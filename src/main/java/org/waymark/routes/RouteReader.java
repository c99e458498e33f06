package org.waymark.routes;

import java.util.Set;
import org.waymark.linux.Attributes;

/** Reads by which interfaces a route leads (linux/rtnetlink.h). */
final class RouteReader {
    /** {@code struct nlmsghdr} and {@code struct rtmsg}. */
    private static final int ATTRIBUTES = 28;

    private static final int TABLE = 20;
    private static final int TYPE = 23;
    private static final int FLAGS = 24;

    private static final int RTN_UNICAST = 1;
    private static final int RTA_OIF = 4;
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

    /** Adds the interfaces by which the route leads, if it does. Routes over nexthop objects do not count: these change by themselves. */
    void addInterfaces(int message, int end, Set<Integer> interfaces) {
        int start = message + ATTRIBUTES;
        if (attributes.int8(message + TYPE) != RTN_UNICAST
                || attributes.find(RTA_NH_ID, start, end) != Attributes.NONE) {
            return;
        }
        int link = attributes.find(RTA_OIF, start, end);
        if (link != Attributes.NONE && leads(attributes.hostInt32(message + FLAGS))) {
            interfaces.add(attributes.hostInt32(link));
        }
        int hops = attributes.find(RTA_MULTIPATH, start, end);
        if (hops != Attributes.NONE) {
            addHops(hops, attributes.end(hops), interfaces);
        }
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

package org.waymark.routes;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetlinkSocket;
import org.waymark.mark.MarkMask;

/** The interfaces by which the routes of marks lead, and news of them, which come on a thread of their own. Thread-safe. */
public final class MarkRoutes implements AutoCloseable {
    /** RTMGRP_LINK, RTMGRP_IPV4_ROUTE, RTMGRP_IPV4_RULE, RTMGRP_IPV6_ROUTE and the group of RTNLGRP_IPV6_RULE (linux/rtnetlink.h). */
    private static final int CHANGES = 1 | 0x40 | 0x80 | 0x400 | 1 << 18;

    private static final int RTM_GETRULE = 34;
    private static final int MESSAGES = 32;

    /** What a message says does not matter. */
    private static final int MESSAGE_BYTES = 64;

    private static final int RECEIVE_BUFFER = 1 << 20;

    private final RoutingTables tables;
    private final NetlinkSocket news;
    private final Runnable changed;
    private final Thread thread = new Thread(this::listen, "news of routes");
    private volatile boolean open = true;

    private MarkRoutes(RoutingTables tables, NetlinkSocket news, Runnable changed) {
        this.tables = tables;
        this.news = news;
        this.changed = changed;
    }

    /**
     * Begins to listen.
     *
     * @param changed is called when something may have changed
     * @return the routes of this network namespace
     * @throws LinuxException if the kernel does not tell about its routes
     */
    public static MarkRoutes watch(Runnable changed) throws LinuxException {
        NetlinkSocket news = NetlinkSocket.openRouting(CHANGES, MESSAGES, MESSAGE_BYTES, RECEIVE_BUFFER);
        try {
            MarkRoutes routes = new MarkRoutes(RoutingTables.open(), news, changed);
            routes.thread.setDaemon(true);
            routes.thread.start();
            return routes;
        } catch (LinuxException e) {
            news.close();
            throw e;
        }
    }

    /**
     * Reads the interfaces of the routes to some addresses that rules for marks lead to.
     *
     * @param marks each stands for all marks that it matches; a rule counts if it is for all of them
     * @param addresses of both IP versions
     * @return the indices of the interfaces, for each and both IP versions
     * @throws LinuxException if the kernel does not tell
     */
    public synchronized Map<MarkMask, Map<IpVersion, Set<Integer>>> interfaces(
            List<MarkMask> marks, Set<InetAddress> addresses) throws LinuxException {
        Map<MarkMask, Map<IpVersion, Set<Integer>>> interfaces = new HashMap<>();
        for (IpVersion version : IpVersion.values()) {
            List<RoutingRule> rules = tables.rules(version);
            List<InetAddress> its = addresses.stream().filter(version::has).toList();
            for (MarkMask mark : marks) {
                interfaces
                        .computeIfAbsent(mark, none -> new EnumMap<>(IpVersion.class))
                        .put(version, tables.interfaces(mark, version, rules, its));
            }
        }
        return interfaces;
    }

    private void listen() {
        while (open) {
            news.await();
            while (news.receive() != 0) {
                // Whatever it was, all is read again; what was lost, too.
            }
            if (open) {
                changed.run();
            }
        }
        news.close();
    }

    /** Ends the thread: the answer to any request wakes it up. */
    @Override
    public void close() {
        open = false;
        RoutingTables.writeRequest(news.requests(), RTM_GETRULE, IpVersion.IPV4, RoutingTables.ATTRIBUTES);
        news.send(RoutingTables.ATTRIBUTES);
        synchronized (this) {
            tables.close();
        }
    }
}

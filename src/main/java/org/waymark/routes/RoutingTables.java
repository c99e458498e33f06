package org.waymark.routes;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.waymark.linux.Attributes;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetlinkSocket;
import org.waymark.mark.MarkMask;

/** Reads the kernel's rules and routes for marks (man 7 rtnetlink). Not thread-safe. */
final class RoutingTables implements AutoCloseable {
    private static final int RTM_GETROUTE = 26;
    private static final int RTM_GETRULE = 34;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_DUMP = 0x300;
    private static final int RTA_TABLE = 15;

    private static final int TYPE = 4;
    private static final int FLAGS = 6;
    private static final int FAMILY = 16;
    static final int ATTRIBUTES = 28;
    private static final int TABLE_ATTRIBUTE_BYTES = 8;

    private static final int ANSWERS = 4;

    /** The most that the kernel puts into one answer. */
    private static final int ANSWER_BYTES = 1 << 15;

    private static final int RECEIVE_BUFFER = 1 << 20;

    private final NetlinkSocket netlink;
    private final Attributes attributes;
    private final RouteReader routes;

    private RoutingTables(NetlinkSocket netlink) {
        this.netlink = netlink;
        this.attributes = new Attributes(netlink.answers());
        this.routes = new RouteReader(attributes);
    }

    static RoutingTables open() throws LinuxException {
        return new RoutingTables(NetlinkSocket.openRouting(0, ANSWERS, ANSWER_BYTES, RECEIVE_BUFFER));
    }

    /** The rules that lead packets with some marks to a table. */
    List<RoutingRule> rules(IpVersion version) throws LinuxException {
        List<RoutingRule> rules = new ArrayList<>();
        netlink.dump(
                request(RTM_GETRULE, version, ATTRIBUTES),
                (message, end) -> RoutingRule.read(attributes, message, end).ifPresent(rules::add));
        return rules;
    }

    /**
     * The interfaces of the routes to some addresses in the tables to which rules for every one of these marks lead: in each table those of
     * the route that the kernel takes for an address.
     */
    Set<Integer> interfaces(
            MarkMask marks, IpVersion version, List<RoutingRule> rules, Collection<InetAddress> addresses)
            throws LinuxException {
        Set<Integer> interfaces = new HashSet<>();
        for (RoutingRule rule : rules) {
            if (rule.mark().canMatch() && rule.mark().covers(marks)) {
                List<FoundRoute> table = routes(version, rule.table());
                addresses.forEach(address -> interfaces.addAll(interfaces(table, address)));
            }
        }
        return interfaces;
    }

    private static Set<Integer> interfaces(List<FoundRoute> table, InetAddress address) {
        Set<Integer> interfaces = new HashSet<>();
        FoundRoute best = null;
        for (FoundRoute route : table) {
            if (!route.leadsTo(address) || best != null && best.isBefore(route)) {
                continue;
            }
            if (best == null || !best.isLike(route)) {
                interfaces.clear();
            }
            best = route;
            interfaces.addAll(route.interfaces());
        }
        return interfaces;
    }

    private List<FoundRoute> routes(IpVersion version, int table) throws LinuxException {
        List<FoundRoute> found = new ArrayList<>();
        int length = request(RTM_GETROUTE, version, ATTRIBUTES + TABLE_ATTRIBUTE_BYTES);
        ByteBuffer request = netlink.requests().duplicate().order(ByteOrder.nativeOrder());
        request.putShort(ATTRIBUTES, (short) TABLE_ATTRIBUTE_BYTES);
        request.putShort(ATTRIBUTES + Short.BYTES, (short) RTA_TABLE);
        request.putInt(ATTRIBUTES + Integer.BYTES, table);
        try {
            netlink.dump(length, (message, end) -> {
                if (routes.table(message, end) == table) {
                    routes.read(message, end).ifPresent(found::add);
                }
            });
        } catch (LinuxException e) {
            if (!e.errno().equals(Errno.ENOENT)) {
                throw e;
            }
            // Nothing has been in the table so far.
        }
        return found;
    }

    private int request(int type, IpVersion version, int length) {
        writeRequest(netlink.requests(), type, version, length);
        return length;
    }

    /** Writes the request for all objects of a kind, at offset 0; what follows the header is 0. */
    static void writeRequest(ByteBuffer requests, int type, IpVersion version, int length) {
        ByteBuffer request = requests.duplicate().order(ByteOrder.nativeOrder());
        request.put(0, new byte[length]);
        request.putInt(0, length);
        request.putShort(TYPE, (short) type);
        request.putShort(FLAGS, (short) (NLM_F_REQUEST | NLM_F_DUMP));
        request.put(FAMILY, version.number);
    }

    @Override
    public void close() {
        netlink.close();
    }
}

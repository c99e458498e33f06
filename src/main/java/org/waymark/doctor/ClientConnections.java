package org.waymark.doctor;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.waymark.conntrack.ConnectionDump;
import org.waymark.conntrack.TrackedConnection;
import org.waymark.host.Interfaces;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;

/** The connections of clients to Waymark's ports that conntrack has at the moment; the host's own do not count. */
final class ClientConnections {
    /** As many clients and marks are remembered. */
    private static final int MOST = 16;

    private final Set<Integer> ports = new HashSet<>();
    private final Map<InetAddress, Boolean> own = new HashMap<>();
    private final Set<InetAddress> clients = new LinkedHashSet<>();
    private final Set<Integer> marks = new TreeSet<>();
    private final Set<Integer> zones = new TreeSet<>();
    private int count;
    private int marked;

    private ClientConnections(List<InetSocketAddress> listening) {
        listening.forEach(address -> ports.add(address.getPort()));
    }

    static ClientConnections read(List<InetSocketAddress> listening) throws LinuxException {
        ClientConnections connections = new ClientConnections(listening);
        ConnectionDump.show(connections::note);
        return connections;
    }

    private void note(TrackedConnection each) {
        if (!ports.contains(each.replySource().port()) || !isOwn(each.replySource()) || isOwn(each.source())) {
            return;
        }
        count++;
        zones.add(each.replyZone());
        if (each.mark() != 0) {
            marked++;
            if (marks.size() < MOST) {
                marks.add(each.mark());
            }
        }
        if (clients.size() < MOST) {
            clients.add(address(each.source()));
        }
    }

    private boolean isOwn(Endpoint endpoint) {
        return own.computeIfAbsent(address(endpoint), Interfaces::have);
    }

    private static InetAddress address(Endpoint endpoint) {
        return endpoint.toSocketAddress().getAddress();
    }

    Set<InetAddress> clients() {
        return clients;
    }

    /** Their marks, without 0. */
    Set<Integer> marks() {
        return marks;
    }

    /** The conntrack zones of their answers. */
    Set<Integer> zones() {
        return zones;
    }

    int count() {
        return count;
    }

    /** How many have a mark other than 0. */
    int marked() {
        return marked;
    }
}

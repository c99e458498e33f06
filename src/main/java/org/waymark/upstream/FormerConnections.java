package org.waymark.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.waymark.conntrack.ConnectionDump;
import org.waymark.conntrack.ConnectionRemoval;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;

/**
 * Has conntrack forget the connections to servers that a Waymark before this one has left, for example because it was killed. Their
 * source is an address of this host and a port that no socket has; a connection of another program stays as long as its socket is open.
 */
public final class FormerConnections {
    /** As many ports as there are; more may be there over several addresses, and are forgotten by themselves. */
    private static final int MOST = 1 << 16;

    private FormerConnections() {}

    /**
     * Looks once at all that conntrack knows, which takes its time and is not for an event loop.
     *
     * @param servers the addresses and ports of all servers
     * @param zones the conntrack zones in which the connections may be
     * @return how many conntrack has forgotten now
     * @throws LinuxException EPERM without CAP_NET_ADMIN
     */
    public static int remove(Set<Endpoint> servers, int... zones) throws LinuxException {
        List<NetworkStack.Connection> found = new ArrayList<>();
        ConnectionDump.show(each -> {
            if (servers.contains(each.destination()) && found.size() < MOST) {
                found.add(new NetworkStack.Connection(
                        each.protocol(), copyOf(each.source()), copyOf(each.destination())));
            }
        });
        int gone = 0;
        try (ConnectionRemoval removal = ConnectionRemoval.open(zones)) {
            for (int i = 0; i < found.size(); i += ConnectionRemoval.MAX_BURST) {
                gone += remove(found.subList(i, Math.min(found.size(), i + ConnectionRemoval.MAX_BURST)), removal);
            }
        }
        return gone;
    }

    private static Endpoint copyOf(Endpoint endpoint) {
        Endpoint copy = new Endpoint();
        copy.set(endpoint);
        return copy;
    }

    /** Nobody else can take the ports meanwhile. */
    private static int remove(List<NetworkStack.Connection> connections, ConnectionRemoval removal) {
        List<Socket> bound = new ArrayList<>();
        removal.clear();
        for (NetworkStack.Connection connection : connections) {
            Socket socket = bind(connection);
            if (socket != null) {
                bound.add(socket);
                removal.add(connection.protocol(), connection.source(), connection.server());
            }
        }
        removal.run();
        int gone = 0;
        for (int i = 0; i < bound.size(); i++) {
            gone += removal.isGone(i) ? 1 : 0;
            bound.get(i).close();
        }
        return gone;
    }

    /** Returns null if a socket is there, or if the address is another host's. */
    private static Socket bind(NetworkStack.Connection connection) {
        Socket socket = null;
        try {
            socket = connection.protocol() == TransportProtocol.UDP ? Socket.udpFor(connection.source()) : Socket.tcp();
            socket.ipv6Only(!connection.source().isIpv4());
            socket.bind(connection.source());
            return socket;
        } catch (LinuxException taken) {
            if (socket != null) {
                socket.close();
            }
            return null;
        }
    }
}

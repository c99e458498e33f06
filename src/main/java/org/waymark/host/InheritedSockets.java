package org.waymark.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.waymark.linux.Endpoint;
import org.waymark.linux.GivenSocket;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;

/**
 * The listening sockets that an earlier process has opened. Queries have come to them while nobody read, and go on to come, so all of them
 * must be read from the start, however many there are.
 */
public record InheritedSockets(List<Inherited> sockets) {
    /** None. */
    public static final InheritedSockets NONE = new InheritedSockets(List.of());

    /**
     * A socket as {@link ListeningSockets} would open it.
     *
     * @param isUdp whether it is for UDP, and not for TCP
     * @param isForeign whether the marks of packets that have come to it may mean something else than those that will come
     */
    record Inherited(Socket socket, Endpoint local, boolean isUdp, boolean isForeign) {
        /** Judges a socket by what the kernel says about it. */
        static Optional<Inherited> of(GivenSocket given, boolean isForeign) {
            Socket socket = given.socket();
            try {
                Endpoint local = socket.local();
                boolean isOfIpv4 = local.isIpv4() && !local.isWildcard();
                if (!isHere(socket)) {
                    return Optional.empty();
                }
                if (given.takesDatagrams() && given.isOfIpv4() == isOfIpv4) {
                    ListeningSockets.readyUdp(socket, local);
                    return Optional.of(new Inherited(socket, local, true, isForeign));
                }
                if (given.takesConnections() && !given.isOfIpv4()) {
                    ListeningSockets.readyTcp(socket);
                    return Optional.of(new Inherited(socket, local, false, false));
                }
                return Optional.empty();
            } catch (LinuxException e) {
                return Optional.empty();
            }
        }

        /** The service may have got another network namespace. */
        private static boolean isHere(Socket socket) throws LinuxException {
            try (Socket own = Socket.tcp()) {
                return own.networkCookie() == socket.networkCookie();
            }
        }

        private void addTo(ListeningSockets sockets) {
            (isUdp ? sockets.udp() : sockets.tcp()).add(socket);
            if (isForeign) {
                sockets.foreign().add(socket);
            }
        }
    }

    /**
     * Divides them equally, those of each address and transport by themselves.
     *
     * @param shares how many
     * @return the shares; some may be empty
     */
    public List<ListeningSockets> divide(int shares) {
        List<ListeningSockets> all = new ArrayList<>();
        for (int i = 0; i < shares; i++) {
            all.add(new ListeningSockets());
        }
        Map<String, Integer> dealt = new HashMap<>();
        for (Inherited each : sockets) {
            int number = dealt.merge(each.isUdp + " " + each.local, 1, Integer::sum) - 1;
            each.addTo(all.get(number % shares));
        }
        return all;
    }

    /**
     * @return the addresses that they are bound to
     */
    public Set<Endpoint> addresses() {
        return sockets.stream().map(Inherited::local).collect(Collectors.toSet());
    }
}

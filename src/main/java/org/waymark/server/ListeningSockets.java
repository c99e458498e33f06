package org.waymark.server;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;

/**
 * The listening sockets of one worker, UDP and TCP for each address. Every worker has its own, on the same addresses; the
 * kernel spreads the clients over them.
 */
record ListeningSockets(List<Socket> udp, List<Socket> tcp) implements AutoCloseable {
    private static final int BACKLOG = 1024;

    /** Holds a burst of clients while a worker is busy; the kernel doubles it. */
    private static final int RECEIVE_BUFFER = 1 << 20;

    /**
     * Sees that nobody else has the addresses: sockets that workers share would let another Waymark of the same user in.
     */
    static void checkFree(List<InetSocketAddress> addresses) throws StartException {
        for (InetSocketAddress address : addresses) {
            try (Socket udp = Socket.udp();
                    Socket tcp = Socket.tcp()) {
                bind(udp, address);
                tcp.reuseAddress();
                bind(tcp, address);
                tcp.listen(1);
            } catch (LinuxException e) {
                throw new StartException(advice(address, e), e);
            }
        }
    }

    static ListeningSockets open(List<InetSocketAddress> addresses) throws StartException {
        ListeningSockets sockets = new ListeningSockets(new ArrayList<>(), new ArrayList<>());
        for (InetSocketAddress address : addresses) {
            try {
                Endpoint local = Endpoint.of(address);
                // On all addresses IPv6 sockets tell the local one of either IP version in the same way.
                Socket udp = local.isWildcard() ? Socket.udp() : Socket.udpFor(local);
                sockets.udp.add(udp);
                udp.reusePort();
                if (local.isWildcard()) {
                    udp.receiveLocalAddress();
                }
                udp.ignoreBroadcasts();
                udp.receiveBuffer(RECEIVE_BUFFER);
                bind(udp, address);

                Socket tcp = Socket.tcp();
                sockets.tcp.add(tcp);
                tcp.reusePort();
                tcp.reuseAddress();
                bind(tcp, address);
                tcp.listen(BACKLOG);
            } catch (LinuxException e) {
                sockets.close();
                throw new StartException(advice(address, e), e);
            }
        }
        return sockets;
    }

    /** An IPv6 socket takes IPv6 alone, so that both wildcards can be listened on. */
    private static void bind(Socket socket, InetSocketAddress address) throws LinuxException {
        Endpoint local = Endpoint.of(address);
        socket.ipv6Only(!local.isIpv4());
        socket.bind(local);
    }

    private static String advice(InetSocketAddress address, LinuxException e) {
        return "can't listen on " + Endpoint.of(address) + ": " + cure(address, e);
    }

    private static String cure(InetSocketAddress address, LinuxException e) {
        if (e.errno().equals(Errno.EADDRINUSE)) {
            return "another program has the port (ss -lnptu 'sport = :" + address.getPort()
                    + "' shows which): stop it, or change listen.addresses";
        }
        if (e.errno().equals(Errno.EADDRNOTAVAIL)) {
            return "no interface of this host has the address (ip address shows those that it has):"
                    + " change listen.addresses";
        }
        if (e.errno().equals(Errno.EACCES)) {
            return "ports below 1024 need the capability CAP_NET_BIND_SERVICE: start it by the systemd unit, or as root";
        }
        return StartException.explain(e);
    }

    @Override
    public void close() {
        udp.forEach(Socket::close);
        tcp.forEach(Socket::close);
    }
}

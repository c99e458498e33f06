package org.waymark.host;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.PortHolder;
import org.waymark.linux.Socket;

/**
 * The listening sockets of one worker, UDP and TCP for each address. Every worker has its own sockets on the same addresses, and the kernel
 * spreads the clients over them.
 */
public record ListeningSockets(List<Socket> udp, List<Socket> tcp) implements AutoCloseable {
    /** The addresses of the stub of systemd-resolved (man 5 resolved.conf, DNSStubListener=). */
    private static final Set<Endpoint> STUBS = Set.of(
            Endpoint.of(new InetSocketAddress("127.0.0.53", 53)), Endpoint.of(new InetSocketAddress("127.0.0.54", 53)));

    private static final String NOBODY_SEEN =
            "another program has the port (as root, ss -lnptu 'sport = :%d' shows which): stop it, or change listen.addresses";

    private static final int BACKLOG = 1024;

    /** Enough for a burst of queries while a worker is busy, in bytes; the kernel doubles it. */
    private static final int RECEIVE_BUFFER = 1 << 20;

    /**
     * Checks that nobody else has the addresses. The sockets that workers share would not fail if another Waymark of the same user had
     * them.
     *
     * @param addresses those that are listened on
     * @throws StartException if somebody has one, or this user may not listen on it
     */
    public static void checkFree(List<InetSocketAddress> addresses) throws StartException {
        for (InetSocketAddress address : addresses) {
            try {
                listenFor(address);
            } catch (LinuxException e) {
                throw new StartException(advice(address, e), e);
            }
        }
    }

    /**
     * Listens for a moment.
     *
     * @throws LinuxException EADDRINUSE if somebody else has the address, EACCES without CAP_NET_BIND_SERVICE
     */
    static void listenFor(InetSocketAddress address) throws LinuxException {
        try (Socket udp = Socket.udp();
                Socket tcp = Socket.tcp()) {
            bind(udp, address);
            tcp.reuseAddress();
            bind(tcp, address);
            tcp.listen(1);
        }
    }

    /**
     * @param addresses those that are listened on
     * @return sockets for one worker
     * @throws StartException if one can't be opened
     */
    public static ListeningSockets open(List<InetSocketAddress> addresses) throws StartException {
        ListeningSockets sockets = new ListeningSockets(new ArrayList<>(), new ArrayList<>());
        for (InetSocketAddress address : addresses) {
            try {
                Endpoint local = Endpoint.of(address);
                // On a wildcard, an IPv6 socket reports the local address of both IP versions in the same way.
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

    /** An IPv6 socket takes only IPv6, so that Waymark can listen on both wildcards. The address may be added to the host later. */
    private static void bind(Socket socket, InetSocketAddress address) throws LinuxException {
        Endpoint local = Endpoint.of(address);
        socket.ipv6Only(!local.isIpv4());
        socket.freeBind();
        socket.bind(local);
    }

    /** Says what is wrong with an address, and what to do about it. */
    static String advice(InetSocketAddress address, LinuxException e) {
        return "can't listen on " + Endpoint.of(address) + ": " + cure(address, e);
    }

    private static String cure(InetSocketAddress address, LinuxException e) {
        if (e.errno().equals(Errno.EADDRINUSE)) {
            return PortHolder.of(Endpoint.of(address))
                    .map(ListeningSockets::cure)
                    .orElse(NOBODY_SEEN.formatted(address.getPort()));
        }
        if (e.errno().equals(Errno.EACCES)) {
            return "ports below 1024 need the capability CAP_NET_BIND_SERVICE: start it by the systemd unit, or as root";
        }
        return StartException.explain(e);
    }

    private static String cure(PortHolder holder) {
        if (STUBS.contains(holder.address())) {
            return "the stub of systemd-resolved has " + holder.address()
                    + ": set DNSStubListener=no in /etc/systemd/resolved.conf and systemctl restart systemd-resolved,"
                    + " or name single addresses in listen.addresses";
        }
        return holder.pid() == 0
                ? NOBODY_SEEN.formatted(holder.address().port())
                : holder.program() + " (process " + holder.pid() + ") has " + holder.address()
                        + ": stop it, or change listen.addresses";
    }

    @Override
    public void close() {
        udp.forEach(Socket::close);
        tcp.forEach(Socket::close);
    }
}

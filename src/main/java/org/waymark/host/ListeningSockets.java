package org.waymark.host;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
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
 *
 * @param udp for each address one, or more
 * @param tcp likewise
 * @param foreign those for UDP with packets that have come before this process, whose marks may mean something else
 */
public record ListeningSockets(List<Socket> udp, List<Socket> tcp, Set<Socket> foreign) implements AutoCloseable {
    /** The addresses of the stub of systemd-resolved (man 5 resolved.conf, DNSStubListener=). */
    private static final Set<Endpoint> STUBS = Set.of(
            Endpoint.of(new InetSocketAddress("127.0.0.53", 53)), Endpoint.of(new InetSocketAddress("127.0.0.54", 53)));

    private static final String NOBODY_SEEN =
            "another program has the port (as root, ss -lnptu 'sport = :%d' shows which): stop it, or change listen.addresses";

    private static final int BACKLOG = 1024;

    /** Enough for some 5,000 queries while a worker is busy, or no process reads them, in bytes; the kernel doubles it. */
    private static final int RECEIVE_BUFFER = 2 << 20;

    ListeningSockets() {
        this(new ArrayList<>(), new ArrayList<>(), new HashSet<>());
    }

    /**
     * Checks that nobody else has the addresses. The sockets that workers share would not fail if another Waymark of the same user had
     * them.
     *
     * @param addresses those that are listened on
     * @param own the addresses of sockets that this process has already; an address that one of them is in the way of can't be checked
     * @throws StartException if somebody has one, or this user may not listen on it
     */
    public static void checkFree(List<InetSocketAddress> addresses, Set<Endpoint> own) throws StartException {
        for (InetSocketAddress address : addresses) {
            try {
                if (own.stream().noneMatch(present -> isInTheWay(present, Endpoint.of(address)))) {
                    listenFor(address);
                }
            } catch (LinuxException e) {
                throw new StartException(advice(address, e), e);
            }
        }
    }

    /** Whether an address is in the way of one that does not share it. */
    private static boolean isInTheWay(Endpoint present, Endpoint wanted) {
        return present.port() == wanted.port()
                && (present.isWildcard() || wanted.isWildcard() || present.equals(wanted));
    }

    /** Whether sockets of this user that share the address have it over TCP. Nothing listens for that, so no client goes astray. */
    static boolean isShared(InetSocketAddress address) {
        return canBind(address, true) && !canBind(address, false);
    }

    private static boolean canBind(InetSocketAddress address, boolean sharing) {
        try (Socket tcp = Socket.tcp()) {
            if (sharing) {
                tcp.reusePort();
            }
            tcp.reuseAddress();
            bind(tcp, Endpoint.of(address));
            return true;
        } catch (LinuxException e) {
            return false;
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
            Endpoint local = Endpoint.of(address);
            bind(udp, local);
            tcp.reuseAddress();
            bind(tcp, local);
            tcp.listen(1);
        }
    }

    /**
     * @param addresses those that are listened on
     * @return sockets for one worker
     * @throws StartException if one can't be opened
     */
    public static ListeningSockets open(List<InetSocketAddress> addresses) throws StartException {
        ListeningSockets sockets = new ListeningSockets();
        sockets.complete(addresses);
        return sockets;
    }

    /**
     * Opens what is missing.
     *
     * @param addresses those that are listened on
     * @throws StartException if one can't be opened; then all are closed
     */
    public void complete(List<InetSocketAddress> addresses) throws StartException {
        for (InetSocketAddress address : addresses) {
            Endpoint local = Endpoint.of(address);
            try {
                if (!have(udp, local)) {
                    openUdp(local);
                }
                if (!have(tcp, local)) {
                    openTcp(local);
                }
            } catch (LinuxException e) {
                close();
                throw new StartException(advice(address, e), e);
            }
        }
    }

    private static boolean have(List<Socket> sockets, Endpoint local) throws LinuxException {
        for (Socket socket : sockets) {
            if (socket.local().equals(local)) {
                return true;
            }
        }
        return false;
    }

    private void openUdp(Endpoint local) throws LinuxException {
        // On a wildcard, an IPv6 socket reports the local address of both IP versions in the same way.
        Socket socket = local.isWildcard() ? Socket.udp() : Socket.udpFor(local);
        udp.add(socket);
        socket.reusePort();
        readyUdp(socket, local);
        bind(socket, local);
    }

    /** Sets what an inherited socket may lack. */
    static void readyUdp(Socket socket, Endpoint local) throws LinuxException {
        if (local.isWildcard()) {
            socket.receiveLocalAddress();
        }
        socket.ignoreBroadcasts();
        socket.receiveBuffer(RECEIVE_BUFFER);
    }

    private void openTcp(Endpoint local) throws LinuxException {
        Socket socket = Socket.tcp();
        tcp.add(socket);
        socket.reusePort();
        socket.reuseAddress();
        bind(socket, local);
        readyTcp(socket);
    }

    /** Listens; a socket that does already gets the backlog. */
    static void readyTcp(Socket socket) throws LinuxException {
        socket.listen(BACKLOG);
    }

    /** An IPv6 socket takes only IPv6, so that Waymark can listen on both wildcards. The address may be added to the host later. */
    private static void bind(Socket socket, Endpoint local) throws LinuxException {
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

package org.waymark.linux;

/**
 * A socket, by its file descriptor. A socket of the family AF_INET6 that is bound or connected to an IPv4-mapped
 * address uses IPv4.
 *
 * <p>Not thread-safe, but different threads may use different sockets.
 */
public final class Socket implements AutoCloseable {
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;

    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;

    /** From fcntl.h. */
    private static final int F_SETFL = 4;

    /** Interfaces are numbered from 1; nobody has as many. */
    private static final int NO_INTERFACE = Integer.MAX_VALUE;

    private final int fd;
    private final int family;
    private boolean closed;

    Socket(int fd, int family) {
        this.fd = fd;
        this.family = family;
    }

    /**
     * @return a new UDP socket, non-blocking
     * @throws LinuxException EAFNOSUPPORT if the kernel was booted without IPv6, EMFILE if there are no free file
     *     descriptors
     */
    public static Socket udp() throws LinuxException {
        return open(AF_INET6, SOCK_DGRAM, 0);
    }

    /**
     * @param endpoint the endpoint that it will be bound or connected to
     * @return a new UDP socket of the endpoint's IP version, non-blocking. An IPv4 socket is cheaper than an IPv6
     *     socket that uses IPv4: for the latter the kernel looks up the route of every datagram even if it is connected
     * @throws LinuxException as for {@link #udp()}
     */
    public static Socket udpFor(Endpoint endpoint) throws LinuxException {
        return open(endpoint.isIpv4() ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
    }

    /**
     * @return a new TCP socket, non-blocking
     * @throws LinuxException as for {@link #udp()}
     */
    public static Socket tcp() throws LinuxException {
        return open(AF_INET6, SOCK_STREAM, 0);
    }

    static Socket open(int family, int type, int protocol) throws LinuxException {
        int fd = Native.LIBC.socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
        return new Socket(Native.check("socket", fd), family);
    }

    /**
     * @param fd the descriptor of an IPv6 socket that another object owns and will close, such as a Netty channel
     * @return a view of it
     */
    public static Socket of(int fd) {
        return new Socket(fd, AF_INET6);
    }

    /** Whether calls wait for what they need; at first they do not. */
    void block(boolean blocks) throws LinuxException {
        Native.check("fcntl", Native.LIBC.fcntl(fd(), F_SETFL, blocks ? 0 : SOCK_NONBLOCK));
    }

    /**
     * @return the file descriptor
     * @throws IllegalStateException if the socket is closed: the number may belong to another one by now
     */
    public int fd() {
        if (closed) {
            throw new IllegalStateException("the socket " + fd + " is closed");
        }
        return fd;
    }

    /**
     * Sets the mark of every packet that the socket sends from now on (SO_MARK). The kernel uses it to choose route and
     * source address, so set it before bind and connect.
     *
     * @param mark the mark
     * @throws LinuxException EPERM without CAP_NET_ADMIN; since Linux 5.17 CAP_NET_RAW is enough, too
     */
    public void mark(int mark) throws LinuxException {
        SocketOption.MARK.set(fd(), mark);
    }

    /**
     * @return the socket's mark; an accepted socket has that of the connection's first packet if
     *     net.ipv4.tcp_fwmark_accept is set, which counts for IPv6 as well
     * @throws LinuxException if the kernel does not know the option
     */
    public int mark() throws LinuxException {
        return SocketOption.MARK.get(fd());
    }

    /**
     * @return the number of the socket's network namespace (SO_NETNS_COOKIE), which no other one has until the host starts again; 0 before
     *     Linux 5.14
     */
    public long networkCookie() {
        try {
            return SocketOption.NETWORK_COOKIE.getLong(fd());
        } catch (LinuxException e) {
            return 0;
        }
    }

    /**
     * Lets several sockets be bound to one address; the kernel spreads clients over them (SO_REUSEPORT).
     *
     * @throws LinuxException if the kernel refuses it
     */
    public void reusePort() throws LinuxException {
        SocketOption.REUSE_PORT.set(fd(), 1);
    }

    /**
     * Lets a listening TCP socket be bound while connections of a previous process still exist (SO_REUSEADDR).
     *
     * @throws LinuxException if the kernel refuses it
     */
    public void reuseAddress() throws LinuxException {
        SocketOption.REUSE_ADDRESS.set(fd(), 1);
    }

    /**
     * Lets the socket be bound to an address that no interface has yet (IP_FREEBIND, IPV6_FREEBIND). It needs no
     * privilege.
     *
     * @throws LinuxException if the kernel refuses it
     */
    public void freeBind() throws LinuxException {
        SocketOption option = family == AF_INET6 ? SocketOption.FREE_BIND_IPV6 : SocketOption.FREE_BIND_IPV4;
        option.set(fd(), 1);
    }

    /**
     * Chooses whether the socket is for IPv6 only (IPV6_V6ONLY). Does nothing to an IPv4 socket.
     *
     * @param only whether the wildcard address means only IPv6 addresses
     * @throws LinuxException if the kernel refuses it
     */
    public void ipv6Only(boolean only) throws LinuxException {
        if (family == AF_INET6) {
            SocketOption.IPV6_ONLY.set(fd(), only ? 1 : 0);
        }
    }

    /**
     * Drops broadcast and multicast datagrams: if several sockets share a port, each of them would get a copy.
     *
     * @throws LinuxException if the kernel refuses it
     */
    public void ignoreBroadcasts() throws LinuxException {
        Scratch scratch = Scratch.get();
        BroadcastFilter.write(scratch.host(), scratch.address());
        SocketOption.FILTER.set(fd(), scratch.address(), BpfProgram.HEADER_BYTES);
    }

    /**
     * Asks for the local address of every datagram (IPV6_RECVPKTINFO), for {@link ReceiveBatch#local}.
     *
     * @throws LinuxException if the kernel refuses it
     */
    public void receiveLocalAddress() throws LinuxException {
        SocketOption.RECEIVE_LOCAL_ADDRESS.set(fd(), 1);
    }

    /**
     * Asks for the mark of every datagram's own packet (SO_RCVMARK), for {@link ReceiveBatch#mark}. It needs no
     * privilege, and also works for datagrams that are already waiting.
     *
     * @param wanted whether marks are to be told from now on
     * @throws LinuxException ENOPROTOOPT before Linux 5.19
     */
    public void receiveMark(boolean wanted) throws LinuxException {
        SocketOption.RECEIVE_MARK.set(fd(), wanted ? 1 : 0);
    }

    /**
     * Takes no more connections on a TCP socket that listens: the kernel finds it only for packets of an interface that does not exist
     * (SO_BINDTOIFINDEX). A socket that listens on the wildcard address may get the new connections. Those that have begun
     * can still be accepted, which they could not after {@link #close}.
     *
     * @throws LinuxException ENOPROTOOPT before Linux 5.0, EPERM before Linux 5.7 without CAP_NET_RAW
     */
    public void takeNoMoreConnections() throws LinuxException {
        SocketOption.INTERFACE.set(fd(), NO_INTERFACE);
    }

    /**
     * Takes no more datagrams on a UDP socket that is bound, except from itself. Those that have come can still be read, and answered.
     *
     * @throws LinuxException ENETUNREACH and the like if no interface has the address
     */
    public void takeNoMoreDatagrams() throws LinuxException {
        connect(local().reachable());
    }

    /**
     * Sets the size of the receive buffer: with CAP_NET_ADMIN also above net.core.rmem_max (SO_RCVBUFFORCE), otherwise
     * up to that.
     *
     * @param bytes the size; the kernel doubles it for its own use
     * @throws LinuxException if the kernel refuses it
     */
    public void receiveBuffer(int bytes) throws LinuxException {
        try {
            SocketOption.RECEIVE_BUFFER_FORCED.set(fd(), bytes);
        } catch (LinuxException e) {
            if (!e.errno().equals(Errno.EPERM)) {
                throw e;
            }
            SocketOption.RECEIVE_BUFFER.set(fd(), bytes);
        }
    }

    /**
     * @param local the address and port; port 0 lets the kernel choose one
     * @throws LinuxException EADDRINUSE, EADDRNOTAVAIL if no interface has the address and {@link #freeBind} was not
     *     called, EACCES for a privileged port
     */
    public void bind(Endpoint local) throws LinuxException {
        Scratch scratch = Scratch.get();
        int length = SocketAddress.write(scratch.memory(), 0, local, family);
        Native.check("bind", Native.LIBC.bind(fd(), scratch.address(), length));
    }

    /**
     * Connects a datagram socket: it then sends to this peer and receives only from it.
     *
     * @param peer the peer
     * @throws LinuxException ENETUNREACH and the like if there is no route
     */
    public void connect(Endpoint peer) throws LinuxException {
        Scratch scratch = Scratch.get();
        int length = SocketAddress.write(scratch.memory(), 0, peer, family);
        Native.check("connect", Native.LIBC.connect(fd(), scratch.address(), length));
    }

    /**
     * @param backlog how many connections may wait until they are accepted
     * @throws LinuxException EADDRINUSE
     */
    public void listen(int backlog) throws LinuxException {
        Native.check("listen", Native.LIBC.listen(fd(), backlog));
    }

    /**
     * @return the address that the socket is bound to
     * @throws LinuxException if the kernel refuses it
     */
    public Endpoint local() throws LinuxException {
        Scratch scratch = Scratch.get();
        scratch.host().putInt(SocketAddress.SIZE, SocketAddress.SIZE);
        Native.check(
                "getsockname",
                Native.LIBC.getsockname(fd(), scratch.address(), scratch.address() + SocketAddress.SIZE));
        Endpoint local = new Endpoint();
        SocketAddress.read(scratch.memory(), 0, local);
        return local;
    }

    /** Closes the descriptor; a second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Native.LIBC.close(fd);
        }
    }
}

package org.waymark.linux;

import java.util.Optional;

/**
 * A socket that this process was started with, and what the kernel says about it.
 *
 * @param socket the socket, non-blocking; programs that this process starts do not get it
 * @param isOfIpv4 whether it can have only IPv4 addresses; others have them as IPv4-mapped ones
 */
public record GivenSocket(Socket socket, boolean isOfIpv4) {
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;

    /** From fcntl.h. */
    private static final int F_SETFD = 2;

    private static final int FD_CLOEXEC = 1;

    /**
     * @param fd a descriptor that nothing else in this process uses
     * @return the socket; empty if it is not one of IPv4 or IPv6, and then it is closed
     */
    public static Optional<GivenSocket> at(int fd) {
        try {
            int family = SocketOption.DOMAIN.get(fd);
            if (family == Socket.AF_INET || family == Socket.AF_INET6) {
                Native.check("fcntl", Native.LIBC.fcntl(fd, F_SETFD, FD_CLOEXEC));
                Socket socket = new Socket(fd, family);
                socket.block(false);
                return Optional.of(new GivenSocket(socket, family == Socket.AF_INET));
            }
        } catch (LinuxException e) {
            // A file, or nothing at all.
        }
        Native.LIBC.close(fd);
        return Optional.empty();
    }

    /**
     * @return whether everybody may send datagrams to this UDP socket, and other sockets may share its address
     *     ({@link Socket#reusePort}); a socket that takes no more datagrams is none
     * @throws LinuxException if the kernel refuses to tell
     */
    public boolean takesDatagrams() throws LinuxException {
        return is(Socket.SOCK_DGRAM, IPPROTO_UDP) && isShared() && !isConnected();
    }

    /**
     * @return whether this TCP socket listens, and other sockets may share its address ({@link Socket#reusePort}); a socket that takes no
     *     more connections is none
     * @throws LinuxException if the kernel refuses to tell
     */
    public boolean takesConnections() throws LinuxException {
        return is(Socket.SOCK_STREAM, IPPROTO_TCP)
                && isShared()
                && SocketOption.LISTENS.get(socket.fd()) == 1
                && SocketOption.INTERFACE.get(socket.fd()) == 0;
    }

    private boolean is(int type, int protocol) throws LinuxException {
        return SocketOption.TYPE.get(socket.fd()) == type && SocketOption.PROTOCOL.get(socket.fd()) == protocol;
    }

    /** Whether it is bound as all of Waymark's listening sockets are: shared, and with an IPv6 address only for IPv6. */
    private boolean isShared() throws LinuxException {
        Endpoint local = socket.local();
        return local.port() != 0
                && SocketOption.REUSE_PORT.get(socket.fd()) == 1
                && (local.isIpv4() || SocketOption.IPV6_ONLY.get(socket.fd()) == 1);
    }

    private boolean isConnected() throws LinuxException {
        Scratch scratch = Scratch.get();
        scratch.host().putInt(SocketAddress.SIZE, SocketAddress.SIZE);
        int result = Native.LIBC.getpeername(socket.fd(), scratch.address(), scratch.address() + SocketAddress.SIZE);
        if (result == -1 && !Native.errno().equals(Errno.ENOTCONN)) {
            throw new LinuxException("getpeername", Native.errno());
        }
        return result == 0;
    }
}

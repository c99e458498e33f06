package org.waymark.linux;

/** The options of sockets that Waymark sets or reads, with the kernel's numbers (man 7 socket, ip and ipv6). */
enum SocketOption {
    REUSE_ADDRESS(SocketOption.SOL_SOCKET, 2),
    TYPE(SocketOption.SOL_SOCKET, 3),
    REUSE_PORT(SocketOption.SOL_SOCKET, 15),
    RECEIVE_BUFFER(SocketOption.SOL_SOCKET, 8),
    /** Also above net.core.rmem_max. */
    RECEIVE_BUFFER_FORCED(SocketOption.SOL_SOCKET, 33),
    MARK(SocketOption.SOL_SOCKET, 36),
    RECEIVE_MARK(SocketOption.SOL_SOCKET, 75),
    SEND_TIMEOUT(SocketOption.SOL_SOCKET, 21),
    FILTER(SocketOption.SOL_SOCKET, 26),
    LISTENS(SocketOption.SOL_SOCKET, 30),
    PROTOCOL(SocketOption.SOL_SOCKET, 38),
    DOMAIN(SocketOption.SOL_SOCKET, 39),
    INTERFACE(SocketOption.SOL_SOCKET, 62),
    NETWORK_COOKIE(SocketOption.SOL_SOCKET, 71),
    FREE_BIND_IPV4(SocketOption.SOL_IP, 15),
    FREE_BIND_IPV6(SocketOption.SOL_IPV6, 78),
    IPV6_ONLY(SocketOption.SOL_IPV6, 26),
    RECEIVE_LOCAL_ADDRESS(SocketOption.SOL_IPV6, 49),
    /** A netlink socket's dumps have only what was asked for. */
    STRICT_DUMPS(SocketOption.SOL_NETLINK, 12);

    static final int SOL_IP = 0;
    static final int SOL_SOCKET = 1;
    static final int SOL_IPV6 = 41;
    static final int SOL_NETLINK = 270;

    private final int level;
    private final int number;

    SocketOption(int level, int number) {
        this.level = level;
        this.number = number;
    }

    /** The number, which is also that of the control message with the same meaning. */
    int number() {
        return number;
    }

    /**
     * @param fd a socket
     * @throws LinuxException if the kernel refuses it
     */
    void set(int fd, int value) throws LinuxException {
        Scratch scratch = Scratch.get();
        scratch.host().putInt(0, value);
        set(fd, scratch.address(), Integer.BYTES);
    }

    /**
     * @param fd a socket
     * @param address where the value is in native memory
     * @param length its length in bytes
     * @throws LinuxException if the kernel refuses it
     */
    void set(int fd, long address, int length) throws LinuxException {
        Native.check("setsockopt", Native.LIBC.setsockopt(fd, level, number, address, length));
    }

    /**
     * @param fd a socket
     * @throws LinuxException if the kernel does not know the option
     */
    int get(int fd) throws LinuxException {
        return read(fd, Integer.BYTES).host().getInt(0);
    }

    /** The same of an option with 64 bits. */
    long getLong(int fd) throws LinuxException {
        return read(fd, Long.BYTES).host().getLong(0);
    }

    private Scratch read(int fd, int length) throws LinuxException {
        Scratch scratch = Scratch.get();
        scratch.host().putLong(0, 0);
        scratch.host().putInt(Long.BYTES, length);
        Native.check(
                "getsockopt",
                Native.LIBC.getsockopt(fd, level, number, scratch.address(), scratch.address() + Long.BYTES));
        return scratch;
    }
}

package org.waymark.linux;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IP address and a port that can change, so that one object is used for packet after packet, unlike
 * {@link InetSocketAddress}. The address always has 128 bits; an IPv4 address is stored as IPv4-mapped IPv6
 * (::ffff:a.b.c.d), as in dual-stack sockets.
 */
public final class Endpoint {
    private static final long IPV4_PREFIX = 0xffff_0000_0000L;
    private static final long IPV4_MASK = 0xffff_ffffL;
    private static final long IPV4_LOOPBACK = 0x7f00_0001L;
    private static final long IPV6_LOOPBACK = 1;
    private static final long LINK_LOCAL_PREFIX = 0xfe80L << 48;
    private static final long LINK_LOCAL_MASK = 0xffc0L << 48;

    private long high;
    private long low;
    private int port;
    private int scope;

    /**
     * @param address address and port, resolved
     * @return a new endpoint
     */
    public static Endpoint of(InetSocketAddress address) {
        Endpoint endpoint = new Endpoint();
        endpoint.set(address);
        return endpoint;
    }

    /**
     * @param other an endpoint
     * @return the wildcard address of the same IP version, with port 0
     */
    public static Endpoint anyOfSameVersion(Endpoint other) {
        Endpoint any = new Endpoint();
        any.set(0, other.isIpv4() ? IPV4_PREFIX : 0, 0, 0);
        return any;
    }

    /**
     * @param address address and port, resolved
     */
    public void set(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        if (bytes.length == 4) {
            setIpv4(ByteBuffer.wrap(bytes).getInt(), address.getPort());
        } else {
            ByteBuffer halves = ByteBuffer.wrap(bytes);
            int scope = ((Inet6Address) address.getAddress()).getScopeId();
            set(halves.getLong(), halves.getLong(), address.getPort(), scope);
        }
    }

    /**
     * @param other the endpoint to copy
     */
    public void set(Endpoint other) {
        set(other.high, other.low, other.port, other.scope);
    }

    /**
     * @param address an IPv4 address as a number
     * @param port the port, 0 to 65535
     */
    public void setIpv4(int address, int port) {
        set(0, IPV4_PREFIX | address & IPV4_MASK, port, 0);
    }

    /**
     * @param high the first 64 bits of an IPv6 address
     * @param low the last 64 bits
     * @param port the port, 0 to 65535
     */
    public void setIpv6(long high, long low, int port) {
        set(high, low, port, 0);
    }

    void set(long high, long low, int port, int scope) {
        this.high = high;
        this.low = low;
        this.port = port;
        this.scope = scope;
    }

    /**
     * @param port the port, 0 to 65535
     */
    public void port(int port) {
        this.port = port;
    }

    /**
     * @return the address's first 64 bits
     */
    public long high() {
        return high;
    }

    /**
     * @return the address's last 64 bits
     */
    public long low() {
        return low;
    }

    /**
     * @return the port, 0 to 65535
     */
    public int port() {
        return port;
    }

    /**
     * @return the index of the address's interface; 0 if it is not known or does not matter
     */
    public int scope() {
        return scope;
    }

    /**
     * @return whether this is an IPv4 address
     */
    public boolean isIpv4() {
        return high == 0 && (low & ~IPV4_MASK) == IPV4_PREFIX;
    }

    /**
     * @return the IPv4 address as a number; meaningless for IPv6
     */
    public int ipv4() {
        return (int) low;
    }

    /**
     * @param other an endpoint
     * @return whether both have the same address, whatever their ports and interfaces
     */
    public boolean isSameHost(Endpoint other) {
        return high == other.high && low == other.low;
    }

    /**
     * @return whether this is a wildcard address: all addresses of the host, or all of one IP version
     */
    public boolean isWildcard() {
        return high == 0 && (low == 0 || low == IPV4_PREFIX);
    }

    /**
     * @return where something that is bound to this address can be reached from this host: a wildcard by the loopback address
     */
    Endpoint reachable() {
        Endpoint reachable = new Endpoint();
        reachable.set(this);
        if (isWildcard()) {
            reachable.low = isIpv4() ? IPV4_PREFIX | IPV4_LOOPBACK : IPV6_LOOPBACK;
        }
        return reachable;
    }

    /**
     * @return whether the address is link-local (fe80::/10), and so has a meaning only together with its interface
     */
    public boolean isLinkLocal() {
        return (high & LINK_LOCAL_MASK) == LINK_LOCAL_PREFIX;
    }

    /**
     * @return a number for the subscriber who has the address: the whole IPv4 address, or for IPv6 the /64 network, and
     *     for link-local addresses the link
     */
    public long subscriber() {
        return isIpv4() ? low & IPV4_MASK : high + scope;
    }

    /**
     * @return the same address and port as an object of the JDK
     */
    public InetSocketAddress toSocketAddress() {
        byte[] bytes = isIpv4()
                ? ByteBuffer.allocate(4).putInt(ipv4()).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            InetAddress address = isLinkLocal() && scope != 0
                    ? Inet6Address.getByAddress(null, bytes, scope)
                    : InetAddress.getByAddress(bytes);
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /**
     * @return the address as text, without the port
     */
    public String host() {
        return NetUtil.toAddressString(toSocketAddress().getAddress());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Endpoint that && isSameHost(that) && port == that.port && scope == that.scope;
    }

    @Override
    public int hashCode() {
        int hash = Long.hashCode(high) * 31 + Long.hashCode(low);
        return hash * 31 + port;
    }

    @Override
    public String toString() {
        String text = NetUtil.toSocketAddressString(toSocketAddress());
        return isLinkLocal() && scope != 0 ? text.replace("]", "%" + scope + "]") : text;
    }
}

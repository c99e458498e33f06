package org.waymark.host;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.waymark.config.Network;

/** Reads the addresses and networks of this host's interfaces. Each question takes one system call or more. */
public final class Interfaces {
    /** The prefix length of the largest private network. */
    private static final int LEAST_IPV4_BITS = 8;

    /** The prefix length of a provider's network; a site has 48 or more. */
    private static final int LEAST_IPV6_BITS = 32;

    private Interfaces() {}

    /**
     * Whether an address is this host's. For a link-local one the interface counts, too: a router often has the same one, fe80::1, on each
     * of its links.
     *
     * @param address an address
     * @return whether an interface has it
     */
    public static boolean have(InetAddress address) {
        try {
            if (address instanceof Inet6Address ipv6 && ipv6.isLinkLocalAddress()) {
                NetworkInterface link = NetworkInterface.getByIndex(ipv6.getScopeId());
                return link != null && link.inetAddresses().anyMatch(address::equals);
            }
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /**
     * The networks of the interfaces that are up. Tunnels (point-to-point links) and very large networks are left out, because strangers
     * may be on them.
     *
     * @return the networks
     * @throws SocketException if the kernel does not report them
     */
    public static Set<Network> networks() throws SocketException {
        Set<Network> networks = new HashSet<>();
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (each.isUp() && !each.isPointToPoint()) {
                networks.addAll(networks(each.getInterfaceAddresses()));
            }
        }
        return networks;
    }

    private static int leastBits(InetAddress address) {
        return address instanceof Inet6Address ? LEAST_IPV6_BITS : LEAST_IPV4_BITS;
    }

    private static List<Network> networks(List<InterfaceAddress> addresses) {
        return addresses.stream()
                .filter(each -> each.getNetworkPrefixLength() >= leastBits(each.getAddress()))
                .map(each -> Network.of(each.getAddress(), each.getNetworkPrefixLength()))
                .toList();
    }
}

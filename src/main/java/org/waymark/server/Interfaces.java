package org.waymark.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** What the interfaces of this host have at the moment. */
final class Interfaces {
    private Interfaces() {}

    /**
     * Whether an address is this host's. Of a link-local one the interface counts, too: a router often has the same, fe80::1, on each
     * of its links.
     */
    static boolean have(InetAddress address) {
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
}

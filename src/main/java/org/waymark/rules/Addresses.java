package org.waymark.rules;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Writes addresses as commands read them. */
final class Addresses {
    private Addresses() {}

    /** Writes {@code 192.0.2.1:53} or {@code [2001:db8:0:0:0:0:0:1]:53}. */
    static String withPort(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}

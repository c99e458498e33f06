package org.waymark.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * A server that queries are forwarded to.
 *
 * @param protocol how it is spoken to
 * @param address its address and port; never a wildcard or multicast address
 */
public record Server(Protocol protocol, InetSocketAddress address) {
    private static final int DNS_PORT = 53;

    /** How a server is spoken to. */
    public enum Protocol {
        /** As the client spoke to Waymark: over UDP, and over TCP for what came over TCP. */
        UDP,
        /** Over TCP, whatever the client used. */
        TCP
    }

    static Kind<Server> kind() {
        return Kind.text(
                "an address such as \"192.0.2.53\", \"[2001:db8::53]:53\" or \"tcp://192.0.2.53\"", Server::parse);
    }

    private static Server parse(String text) {
        int end = text.indexOf("://");
        Protocol protocol = end < 0 ? Protocol.UDP : protocol(text.substring(0, end));
        InetSocketAddress server = AddressText.parse(end < 0 ? text : text.substring(end + 3), DNS_PORT);
        InetAddress address = server.getAddress();
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new IllegalArgumentException("\"" + text + "\" is the address of no single host");
        }
        return new Server(protocol, server);
    }

    private static Protocol protocol(String scheme) {
        for (Protocol protocol : Protocol.values()) {
            if (protocol.name().toLowerCase(Locale.ROOT).equals(scheme)) {
                return protocol;
            }
        }
        throw new IllegalArgumentException("\"" + scheme + "://\" is no protocol: write udp:// or tcp://");
    }
}

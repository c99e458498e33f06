package org.waymark.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server that queries are forwarded to.
 *
 * @param protocol the protocol to the server
 * @param address its address and port; never a wildcard or multicast address
 * @param tlsName the name that its certificate must have; empty unless the protocol is TLS
 */
public record ServerAddress(Protocol protocol, InetSocketAddress address, String tlsName) implements ServerSource {
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)" + LABEL + "(\\." + LABEL + ")*");

    private static final List<Network> EXAMPLES = Stream.of(
                    "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
            .map(Network::parse)
            .toList();

    /** The protocol to a server. */
    public enum Protocol {
        /** The client's own: UDP, and TCP for queries that came over TCP. */
        UDP(53),
        /** TCP, whatever the client used. */
        TCP(53),
        /** TLS (RFC 7858), whatever the client used. */
        TLS(853);

        private final int port;

        Protocol(int port) {
            this.port = port;
        }
    }

    /**
     * @param protocol UDP or TCP
     * @param address the server's address and port
     */
    public ServerAddress(Protocol protocol, InetSocketAddress address) {
        this(protocol, address, "");
    }

    static ServerAddress parse(String text) {
        int end = text.indexOf("://");
        Protocol protocol = end < 0 ? Protocol.UDP : protocol(text.substring(0, end));
        String rest = end < 0 ? text : text.substring(end + 3);
        int hash = rest.indexOf('#');
        String name = hash < 0 ? "" : rest.substring(hash + 1);
        checkName(protocol, hash >= 0, name, text);
        InetSocketAddress server = AddressText.parse(hash < 0 ? rest : rest.substring(0, hash), protocol.port);
        InetAddress address = server.getAddress();
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new IllegalArgumentException("\"" + text + "\" is not the address of a single host");
        }
        return new ServerAddress(protocol, server, name);
    }

    /**
     * Whether marks end at this server because it is a program of this host.
     *
     * @return a sentence without its subject that says so; empty if marks do not end there
     */
    public Optional<String> whyMarksEnd() {
        return address.getAddress().isLoopbackAddress()
                ? Optional.of("is a program of this host, where marks end: what it sends does not have them")
                : Optional.empty();
    }

    /** Whether the address was left from an example; returns a sentence in the same way. */
    Optional<String> nobody() {
        return EXAMPLES.stream().anyMatch(network -> network.contains(address.getAddress()))
                ? Optional.of("is an address for examples (RFC 5737, RFC 3849): nobody answers there")
                : Optional.empty();
    }

    /** Compares the interfaces of link-local addresses, too. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ServerAddress that
                && protocol == that.protocol
                && AddressText.areSame(address, that.address)
                && tlsName.equals(that.tlsName);
    }

    @Override
    public int hashCode() {
        return Objects.hash(protocol, address, tlsName);
    }

    /** Writes the server as in the configuration, with the port. */
    @Override
    public String toString() {
        String host = address.getAddress().getHostAddress();
        String scheme = protocol == Protocol.UDP ? "" : protocol.name().toLowerCase(Locale.ROOT) + "://";
        return scheme + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort()
                + (tlsName.isEmpty() ? "" : "#" + tlsName);
    }

    private static Protocol protocol(String scheme) {
        for (Protocol protocol : Protocol.values()) {
            if (protocol.name().toLowerCase(Locale.ROOT).equals(scheme)) {
                return protocol;
            }
        }
        throw new IllegalArgumentException("\"" + scheme + "://\" is not a protocol: write udp://, tcp:// or tls://");
    }

    /** Without the name, any certificate would be accepted (RFC 8310, section 5). */
    private static void checkName(Protocol protocol, boolean isGiven, String name, String text) {
        if (protocol != Protocol.TLS && isGiven) {
            throw new IllegalArgumentException("\"" + text + "\" names a certificate, but only tls:// has one");
        } else if (protocol == Protocol.TLS && !isGiven) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" lacks the name in the server's certificate: write " + text + "#dns.example");
        } else if (protocol == Protocol.TLS && !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is not a host name");
        }
    }
}

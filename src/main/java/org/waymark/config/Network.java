package org.waymark.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * An IPv4 or IPv6 network.
 *
 * @param address its first address: every bit after the prefix is 0
 * @param prefixLength the number of leading bits that its addresses share: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Network(InetAddress address, int prefixLength) {
    /**
     * What "private" stands for, besides the networks of the host's interfaces: networks that no router of the Internet forwards, and
     * shared address space of carriers.
     */
    private static final List<Network> PRIVATE = Stream.of(
                    "127.0.0.0/8", // loopback, RFC 1122 section 3.2.1.3
                    "10.0.0.0/8", // RFC 1918
                    "172.16.0.0/12", // RFC 1918
                    "192.168.0.0/16", // RFC 1918
                    "100.64.0.0/10", // carrier-grade NAT, RFC 6598
                    "169.254.0.0/16", // link-local, RFC 3927
                    "::1/128", // loopback, RFC 4291
                    "fc00::/7", // unique local, RFC 4193
                    "fe80::/10") // link-local, RFC 4291
            .map(Network::parse)
            .toList();

    private static final List<Network> ANY = List.of(parse("0.0.0.0/0"), parse("::/0"));

    /** @throws IllegalArgumentException if the prefix is longer than the address or leaves bits of the address set */
    public Network {
        int bits = address.getAddress().length * Byte.SIZE;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException("its prefix length must be from 0 to " + bits);
        }
        InetAddress first = firstOf(address, prefixLength);
        if (!first.equals(address)) {
            throw new IllegalArgumentException(
                    "it has bits set after its prefix: the network is " + first.getHostAddress() + "/" + prefixLength);
        }
    }

    /**
     * @param address one of its addresses
     * @param prefixLength the number of leading bits that they share
     * @return the network
     */
    public static Network of(InetAddress address, int prefixLength) {
        return new Network(firstOf(address, prefixLength), prefixLength);
    }

    /**
     * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, or a single address.
     *
     * @throws IllegalArgumentException if the text is not a network; the message is for people
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = AddressText.parse(slash < 0 ? text : text.substring(0, slash));
        if (text.indexOf('%') >= 0) {
            throw new IllegalArgumentException("\"" + text + "\" names an interface, but a network has none");
        }
        try {
            int bits = address.getAddress().length * Byte.SIZE;
            return new Network(address, slash < 0 ? bits : prefixLength(text.substring(slash + 1), bits));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a network: " + e.getMessage(), e);
        }
    }

    /** Reads a network, or one of the words that stand for several: {@code private} and {@code any}. */
    static List<Network> parseAll(String text) {
        return switch (text) {
            case "private" -> PRIVATE;
            case "any" -> ANY;
            default -> List.of(parse(text));
        };
    }

    private static int prefixLength(String digits, int bits) {
        if (!digits.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("its prefix length must be from 0 to " + bits);
        }
        return Integer.parseInt(digits);
    }

    private static InetAddress firstOf(InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        for (int bit = prefixLength; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has the length of an address", e);
        }
    }

    /**
     * @param other an address
     * @return whether it belongs to this network
     */
    public boolean contains(InetAddress other) {
        boolean isSameVersion = other.getAddress().length == address.getAddress().length;
        return isSameVersion && firstOf(other, prefixLength).equals(address);
    }

    /** Whether all addresses of another network belong to this one. */
    public boolean covers(Network other) {
        return prefixLength <= other.prefixLength && contains(other.address);
    }

    /** Writes {@code 192.0.2.0/24}. */
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}

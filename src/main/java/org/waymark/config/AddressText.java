package org.waymark.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads addresses from text. It never resolves a name, because Waymark may be the very host that resolves names. */
final class AddressText {
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[^%\\]]+)?");
    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[(?<v6>[^\\]]*)\\]|(?<v4>[^:]*)):(?<port>[^:]*)");
    private static final int LARGEST_PORT = 65_535;

    private AddressText() {}

    /**
     * Reads an address with a port or without one. An IPv6 address with a port is in brackets: {@code 192.0.2.53:5353},
     * {@code [2001:db8::53]:53}, {@code 2001:db8::53}, {@code [fe80::1%eth0]:53}.
     *
     * @throws IllegalArgumentException if the text is not an address; the message is for people
     */
    static InetSocketAddress parse(String text, int defaultPort) {
        Matcher withPort = WITH_PORT.matcher(text);
        if (withPort.matches()) {
            InetAddress address =
                    withPort.group("v6") == null ? ipv4(withPort.group("v4"), text) : ipv6(withPort.group("v6"), text);
            return new InetSocketAddress(complete(address, text), port(withPort.group("port"), text));
        }
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        InetAddress address = bracketed ? ipv6(text.substring(1, text.length() - 1), text) : parse(text);
        return new InetSocketAddress(complete(address, text), defaultPort);
    }

    /**
     * Reads an address without a port.
     *
     * @throws IllegalArgumentException if the text is not an address; the message is for people
     */
    static InetAddress parse(String text) {
        return text.contains(":") ? ipv6(text, text) : ipv4(text, text);
    }

    /** Whether both are the same port of the same host. Java considers link-local addresses equal even if their interfaces differ. */
    static boolean areSame(InetSocketAddress one, InetSocketAddress other) {
        return one.equals(other) && interfaceOf(one) == interfaceOf(other);
    }

    /** The index of a link-local address's interface, without which the address means nothing; 0 for other addresses. */
    private static int interfaceOf(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address ipv6 && ipv6.isLinkLocalAddress() ? ipv6.getScopeId() : 0;
    }

    private static InetAddress ipv4(String text, String whole) {
        Matcher octets = IPV4.matcher(text);
        if (!octets.matches()) {
            throw noAddress(whole);
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < bytes.length; i++) {
            int octet = Integer.parseInt(octets.group(i + 1));
            if (octet > 255) {
                throw noAddress(whole);
            }
            bytes[i] = (byte) octet;
        }
        return addressOf(bytes);
    }

    private static InetAddress addressOf(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has the length of an address", e);
        }
    }

    private static InetAddress ipv6(String text, String whole) {
        if (!IPV6.matcher(text).matches()) {
            throw noAddress(whole);
        }
        try {
            // In brackets Java accepts only a literal address, so it asks no name service.
            InetAddress address = InetAddress.getByName("[" + text + "]");
            if (address instanceof Inet4Address) {
                throw new IllegalArgumentException(
                        "\"" + whole + "\" is an IPv4 address: write " + address.getHostAddress());
            }
            return address;
        } catch (UnknownHostException e) {
            if (text.contains("%")) {
                throw new IllegalArgumentException(
                        "\"" + whole + "\" is not an IPv6 address, or this host has no such interface", e);
            }
            throw noAddress(whole);
        }
    }

    /** Returns the address if packets can be sent to it: a link-local one means nothing without its interface. */
    private static InetAddress complete(InetAddress address, String whole) {
        if (address instanceof Inet6Address ipv6 && ipv6.isLinkLocalAddress() && ipv6.getScopeId() == 0) {
            throw new IllegalArgumentException(
                    "\"" + whole + "\" is link-local: name its interface, as in fe80::1%eth0");
        }
        return address;
    }

    private static int port(String text, String whole) {
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > LARGEST_PORT) {
            throw new IllegalArgumentException(
                    "\"" + whole + "\" has no good port: it must be from 1 to " + LARGEST_PORT);
        }
        return port;
    }

    private static IllegalArgumentException noAddress(String text) {
        return new IllegalArgumentException("\"" + text + "\" is not an IP address (host names are not resolved)");
    }
}

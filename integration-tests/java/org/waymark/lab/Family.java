package org.waymark.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;

/** The lab's addresses in each family; a number is the last digits of an address, as {@code integration-tests/lab} says. */
public enum Family {
    IPV4("192.168.111.", "10.99.0.", "9.9.9.9"),
    IPV6("fd00:111::", "2001:db8:99::", "2001:db8::53");

    private final String lan;
    private final String wan;
    private final String elsewhere;

    Family(String lan, String wan, String elsewhere) {
        this.lan = lan;
        this.wan = wan;
        this.elsewhere = elsewhere;
    }

    /** The client with this number, 100 to 180. */
    public InetAddress client(int number) {
        return address(lan + number);
    }

    /** The gateway's first address towards the clients, at the DNS port. */
    public InetSocketAddress gateway() {
        return new InetSocketAddress(address(lan + 1), 53);
    }

    /** The gateway's second address on the same interface, at the DNS port. */
    public InetSocketAddress secondGateway() {
        return new InetSocketAddress(address(lan + 2), 53);
    }

    /** A server on the internet that only a redirection lets a client reach, at the DNS port. */
    public InetSocketAddress elsewhere() {
        return new InetSocketAddress(address(elsewhere), 53);
    }

    /** The upstream server with this number (53, 54 or 55), at the DNS port. */
    public InetSocketAddress upstream(int number) {
        return new InetSocketAddress(address(wan + number), 53);
    }

    @Override
    public String toString() {
        return this == IPV4 ? "IPv4" : "IPv6";
    }

    /** The same at the port of DNS over TLS. */
    public InetSocketAddress tlsUpstream(int number) {
        return new InetSocketAddress(address(wan + number), 853);
    }

    ProtocolFamily protocolFamily() {
        return this == IPV4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    static Family of(InetAddress address) {
        return address.getAddress().length == 4 ? IPV4 : IPV6;
    }

    /** Reads a literal address; never asks a resolver. */
    public static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}

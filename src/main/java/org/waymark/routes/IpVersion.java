package org.waymark.routes;

import java.net.Inet4Address;
import java.net.InetAddress;

/** An IP version, whose rules and routes the kernel keeps apart. */
public enum IpVersion {
    /** IPv4. */
    IPV4(2, "IPv4"),
    /** IPv6. */
    IPV6(10, "IPv6");

    /** AF_INET or AF_INET6. */
    final byte number;

    /** Whether an address is of this version. */
    public boolean has(InetAddress address) {
        return address instanceof Inet4Address == (this == IPV4);
    }

    private final String title;

    IpVersion(int number, String title) {
        this.number = (byte) number;
        this.title = title;
    }

    /** Its name, for people. */
    public String title() {
        return title;
    }
}

package org.waymark.routes;

/** An IP version, whose rules and routes the kernel keeps apart. */
public enum IpVersion {
    /** IPv4. */
    IPV4(2),
    /** IPv6. */
    IPV6(10);

    /** AF_INET or AF_INET6. */
    final byte number;

    IpVersion(int number) {
        this.number = (byte) number;
    }
}

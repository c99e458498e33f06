package org.waymark.programs;

import java.net.Inet4Address;
import java.net.InetAddress;

/** A version of IP, and what nft, iptables and ip call it. */
public enum IpVersion {
    IPV4("ip", "iptables", "-4"),
    IPV6("ip6", "ip6tables", "-6");

    private final String nft;
    private final String iptables;
    private final String option;

    IpVersion(String nft, String iptables, String option) {
        this.nft = nft;
        this.iptables = iptables;
        this.option = option;
    }

    /**
     * @param address an address
     * @return its version
     */
    public static IpVersion of(InetAddress address) {
        return address instanceof Inet4Address ? IPV4 : IPV6;
    }

    /**
     * @return the family of nft that is for this version only, and the protocol in its rules: {@code ip} or {@code ip6}
     */
    public String nft() {
        return nft;
    }

    /**
     * @return the iptables for this version: {@code iptables} or {@code ip6tables}
     */
    public String iptables() {
        return iptables;
    }

    /**
     * @return the option of ip: {@code -4} or {@code -6}
     */
    public String option() {
        return option;
    }

    /**
     * @return {@code 4} or {@code 6}
     */
    public String number() {
        return option.substring(1);
    }

    /** Writes {@code IPv4} or {@code IPv6}. */
    @Override
    public String toString() {
        return "IPv" + number();
    }
}

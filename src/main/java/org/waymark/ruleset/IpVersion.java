package org.waymark.ruleset;

/** A version of IP, and what firewall tools call it. */
public enum IpVersion {
    /** IPv4. */
    IPV4("ip", "iptables"),
    /** IPv6. */
    IPV6("ip6", "ip6tables");

    private final String nftFamily;
    private final String iptables;

    IpVersion(String nftFamily, String iptables) {
        this.nftFamily = nftFamily;
        this.iptables = iptables;
    }

    /** The family of nft that is for this version only. */
    String nftFamily() {
        return nftFamily;
    }

    /** The iptables for this version. */
    String iptables() {
        return iptables;
    }
}

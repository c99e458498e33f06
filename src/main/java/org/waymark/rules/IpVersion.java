package org.waymark.rules;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.waymark.config.Network;

/** A version of IP, and what commands call it. */
enum IpVersion {
    IPV4("ip", "iptables", "-4"),
    IPV6("ip6", "ip6tables", "-6");

    private final String nft;
    private final String tables;
    private final String option;

    IpVersion(String nft, String tables, String option) {
        this.nft = nft;
        this.tables = tables;
        this.option = option;
    }

    static IpVersion of(InetAddress address) {
        return address instanceof Inet4Address ? IPV4 : IPV6;
    }

    static IpVersion of(Network network) {
        return of(network.address());
    }

    /** The protocol in nft. */
    String nft() {
        return nft;
    }

    /** The command for its rules. */
    String tables() {
        return tables;
    }

    /** The option of the command ip. */
    String option() {
        return option;
    }

    /** Its number: 4 or 6. */
    String number() {
        return option.substring(1);
    }

    @Override
    public String toString() {
        return "IPv" + number();
    }
}

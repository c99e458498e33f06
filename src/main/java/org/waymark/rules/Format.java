package org.waymark.rules;

/** The commands that the rules of the firewall are written for. */
public enum Format {
    NFT,
    IPTABLES
}

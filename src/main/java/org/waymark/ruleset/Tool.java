package org.waymark.ruleset;

/** The tool that a rule was made with, and that shows and deletes it. */
public enum Tool {
    /** nft, in nftables. */
    NFT,
    /** iptables or ip6tables, in nftables. */
    IPTABLES_NFT,
    /** iptables or ip6tables, in ip_tables or ip6_tables: older than nftables, and independent of it. */
    IPTABLES_LEGACY
}

package org.waymark.firewall;

/** The kernel's numbers for what the expressions of a rule load, compare and decide (linux/netfilter/nf_tables.h). */
final class NfTables {
    /** Protocol numbers, as IP headers and conntrack have them. */
    static final byte IPPROTO_ICMP = 1;

    static final byte IPPROTO_TCP = 6;
    static final byte IPPROTO_UDP = 17;
    static final byte IPPROTO_ICMPV6 = 58;

    static final int META_MARK = 3;
    static final int META_IIF = 4;
    static final int META_OIF = 5;
    static final int META_SKUID = 10;
    static final int META_L4PROTO = 16;

    static final int CT_STATE = 0;
    static final int CT_DIRECTION = 1;
    static final int CT_MARK = 3;
    static final int CT_PROTOCOL = 10;
    static final int CT_PROTO_DST = 12;
    static final int CT_LABELS = 13;
    static final int CT_ZONE = 17;
    static final byte IP_CT_DIR_ORIGINAL = 0;
    static final byte IP_CT_DIR_REPLY = 1;

    /** {@code NF_CT_STATE_BIT(IP_CT_NEW)} (linux/netfilter/nf_conntrack_common.h). */
    static final int STATE_NEW = 1 << 3;

    static final int NETWORK_HEADER = 1;
    static final int TRANSPORT_HEADER = 2;

    static final int ALL_BITS = 0xffff_ffff;

    static final int NF_DROP = 0;
    static final int NF_ACCEPT = 1;

    /** The first of the 32-bit registers. A longer value continues in the next ones. */
    static final int FIRST_REGISTER = 8;

    private NfTables() {}
}

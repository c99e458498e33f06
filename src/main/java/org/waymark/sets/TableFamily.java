package org.waymark.sets;

import java.util.Locale;

/** The packets that a table of nft is for. */
public enum TableFamily {
    /** IPv4 and IPv6. */
    INET(1),
    /** IPv4. */
    IP(2),
    /** IPv6. */
    IP6(10);

    /** NFPROTO_* of linux/netfilter.h. */
    final int protocol;

    TableFamily(int protocol) {
        this.protocol = protocol;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

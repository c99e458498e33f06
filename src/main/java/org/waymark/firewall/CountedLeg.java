package org.waymark.firewall;

import java.util.Locale;

/** A leg of a client's traffic, which a set of nft counts by mark. */
public enum CountedLeg {
    /** What clients send to others. */
    FORWARDED_UP,
    /** What comes back to them. */
    FORWARDED_DOWN,
    /** Clients' queries to Waymark, and the answers. */
    CLIENT_DNS,
    /** This host's queries to servers, and their answers. */
    SERVER_DNS;

    /**
     * @return the name of its set
     */
    public String set() {
        return name().toLowerCase(Locale.ROOT);
    }
}

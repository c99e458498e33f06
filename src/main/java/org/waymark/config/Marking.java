package org.waymark.config;

import java.util.List;

/**
 * The section {@code [mark]}: which marks are looked up and carried.
 *
 * @param mask the bits of the client's connection mark that are carried; 32 bits, unsigned
 * @param zones the conntrack zones in which a connection is looked up, in this order; each 0 to 65535, at least one
 * @param unknown what becomes of a query whose mark conntrack does not tell
 * @param unknownMark the mark that such a query is forwarded with; 32 bits, unsigned
 * @param answers whether the answers to clients carry the mark, too
 */
public record Marking(int mask, List<Integer> zones, Unknown unknown, int unknownMark, boolean answers) {
    /** The largest id of a conntrack zone, which is a u16 (linux/netfilter/nf_conntrack_zones_common.h). */
    private static final int LARGEST_ZONE = 65_535;

    /** What becomes of a query whose mark is unknown: conntrack has no entry for it or did not answer. */
    public enum Unknown {
        /** It is forwarded with {@link Marking#unknownMark}. */
        FORWARD,
        /** It is answered with REFUSED. */
        REFUSE
    }

    public Marking {
        zones = List.copyOf(zones);
    }

    static Marking from(Section mark) {
        return new Marking(
                mark.value("mask", Kind.mark(), "0xffffffff"),
                mark.list("zones", Kind.integer(0, LARGEST_ZONE), List.of(0)),
                mark.value("unknown", Kind.oneOf(Unknown.class), "forward"),
                mark.value("unknown-mark", Kind.mark(), 0),
                mark.value("answers", Kind.flag(), false));
    }
}

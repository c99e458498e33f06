package org.waymark.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * The section {@code [mark]}: which marks are carried, and where they come from.
 *
 * @param source where the mark of a client's connection comes from
 * @param ownRule whether Waymark may add its own table to nftables, which handles both halves of a mark
 * @param mask the bits of the client's connection mark that are carried; 32 bits, unsigned
 * @param zones the conntrack zones of clients' connections, in the order in which a connection is looked up; each 0 to 65535, at least one
 * @param upstreamZones the conntrack zones of the connections to servers; each 0 to 65535, at least one
 * @param unknown what happens to a query if conntrack does not report its mark
 * @param unknownMark the mark that such a query is forwarded with; 32 bits, unsigned
 * @param answers whether the answers to clients carry the mark, too
 */
public record Marking(
        Source source,
        boolean ownRule,
        int mask,
        List<Integer> zones,
        List<Integer> upstreamZones,
        Unknown unknown,
        int unknownMark,
        boolean answers) {
    /** The largest id of a conntrack zone, which is a u16 (linux/netfilter/nf_conntrack_zones_common.h). */
    private static final int LARGEST_ZONE = 65_535;

    private static final String UNKNOWN = "unknown";
    private static final String UNKNOWN_MARK = "unknown-mark";

    /** Where the mark of a client's connection comes from. */
    public enum Source {
        /** The mark that the connection has in conntrack. */
        CONNTRACK,
        /** The mark of the packet, which the host's rules have restored before the packet comes in. */
        PACKET
    }

    /** What happens to a query whose mark is unknown: conntrack has no entry for the connection, or did not answer. */
    public enum Unknown {
        /** It is forwarded with {@link Marking#unknownMark}. */
        FORWARD,
        /** It is answered with REFUSED. */
        REFUSE
    }

    public Marking {
        zones = List.copyOf(zones);
        upstreamZones = List.copyOf(upstreamZones);
    }

    /**
     * @param namesForMarks whether policies treat marks differently for some names; then queries without a mark are refused unless the
     *     configuration says otherwise, because they would get past these policies
     */
    static Marking from(Section mark, boolean namesForMarks) {
        Source source = mark.value("source", Kind.oneOf(Source.class), "conntrack");
        if (source == Source.PACKET) {
            Stream.of(UNKNOWN, UNKNOWN_MARK)
                    .filter(mark::has)
                    .forEach(key -> mark.warn(
                            key,
                            "is never used: with mark.source = \"packet\" every query has a mark, even if it is 0"));
        }
        Unknown unknown = mark.value(UNKNOWN, Kind.oneOf(Unknown.class), namesForMarks ? "refuse" : "forward");
        if (namesForMarks && unknown == Unknown.FORWARD) {
            mark.warn(UNKNOWN, "lets clients whose mark is unknown past the policies that name names for marks");
        }
        return new Marking(
                source,
                ownRule(mark),
                mask(mark),
                mark.list("zones", Kind.integer(0, LARGEST_ZONE), List.of(0)),
                mark.list("upstream-zones", Kind.integer(0, LARGEST_ZONE), List.of(0)),
                unknown,
                mark.value(UNKNOWN_MARK, Kind.mark(), 0),
                mark.value("answers", Kind.flag(), false));
    }

    /** Whether there is to be a table of Waymark's own. */
    static boolean ownRule(Section mark) {
        return mark.value("own-rule", Kind.flag(), true);
    }

    /** The bits of clients' marks that are carried. */
    static int mask(Section mark) {
        return mark.value("mask", Kind.mark(), "0xffffffff");
    }
}

package org.waymark.worker;

import java.util.List;
import org.waymark.config.Marking;
import org.waymark.conntrack.MarkLookup;
import org.waymark.linux.LinuxException;
import org.waymark.marks.MarkSource;
import org.waymark.watch.Looks;

/**
 * Where the marks of queries come from.
 *
 * @param source the source in the configuration
 * @param zones the conntrack zones of clients' connections
 * @param unknown as {@link MarkSource#conntrack} expects it
 */
record MarkOrigin(Marking.Source source, List<Integer> zones, long unknown) {
    static MarkOrigin of(Marking marking, long unknown) {
        return new MarkOrigin(marking.source(), marking.zones(), unknown);
    }

    /** The same zones, where conntrack is asked for each query. */
    MarkOrigin lookedUp() {
        return new MarkOrigin(Marking.Source.CONNTRACK, zones, MarkSource.NOTHING_BROUGHT);
    }

    static MarkLookup lookup(List<Integer> zones) throws LinuxException {
        return MarkLookup.open(array(zones));
    }

    static int[] array(List<Integer> zones) {
        return zones.stream().mapToInt(zone -> zone).toArray();
    }

    /** A worker's source; it closes the look-up. */
    MarkSource source(MarkLookup lookup, Looks looks) {
        return switch (source) {
            case CONNTRACK -> MarkSource.conntrack(lookup, unknown, looks);
            case PACKET -> MarkSource.packets(lookup, looks);
        };
    }
}

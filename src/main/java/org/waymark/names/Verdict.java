package org.waymark.names;

import java.util.List;
import java.util.stream.Stream;
import org.waymark.dns.ResourceRecord;

/**
 * What a list says about a name and about those below it.
 *
 * @param itself about the name; null if it is not listed
 * @param below about the names below it; null if they are not listed
 * @param excepted whether the name and all below it are taken out of the list, whatever else it says about them
 */
record Verdict(Listing itself, Listing below, boolean excepted) {
    static final Verdict ITSELF = itself(Listing.PLAIN);
    static final Verdict BELOW = below(Listing.PLAIN);
    static final Verdict BOTH = new Verdict(Listing.PLAIN, Listing.PLAIN, false);
    static final Verdict EXCEPTED = new Verdict(null, null, true);

    static Verdict itself(Listing listing) {
        return new Verdict(listing, null, false);
    }

    static Verdict below(Listing listing) {
        return new Verdict(null, listing, false);
    }

    /** Both that a list says about one name: the first counts, but records come together. */
    Verdict and(Verdict later) {
        return new Verdict(together(itself, later.itself), together(below, later.below), excepted || later.excepted);
    }

    private static Listing together(Listing first, Listing later) {
        if (first == null || later == null) {
            return first == null ? later : first;
        }
        boolean haveRecords = first.action() == Action.ANSWER && later.action() == Action.ANSWER;
        return haveRecords && !isAlias(first) && !isAlias(later)
                ? new Listing(
                        Action.ANSWER,
                        Stream.concat(first.records().stream(), later.records().stream())
                                .distinct()
                                .toList())
                : first;
    }

    /** Where there is a CNAME, it is the only record (RFC 1034 section 3.6.2). */
    private static boolean isAlias(Listing listing) {
        List<ResourceRecord> records = listing.records();
        return records.get(0).type() == ResourceRecord.CNAME;
    }
}

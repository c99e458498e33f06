package org.waymark.names;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.waymark.dns.DomainName;
import org.waymark.names.NameCollector.TooManyNamesException;

/**
 * A set of names, with what is said about each. It is immutable and safe for use by several threads. The names are outside of the Java heap;
 * who has replaced a list by another one, and knows that nobody uses it any more, gives its memory back with {@link #release}.
 */
public final class NameList {
    /** A list of no names. */
    public static final NameList EMPTY = new NameList(List.of());

    private final ListedNames[] parts;

    private NameList(List<ListedNames> parts) {
        this.parts = parts.toArray(ListedNames[]::new);
    }

    static NameList of(ListedNames names) {
        return new NameList(List.of(names));
    }

    /** A list of these names, about which nothing else is said. */
    public static NameList of(List<NamePattern> patterns) {
        NameCollector collector = new NameCollector(Integer.MAX_VALUE);
        try {
            for (NamePattern pattern : patterns) {
                ByteBuffer name = pattern.name().wire();
                byte[] wire = new byte[name.remaining()];
                name.get(wire);
                collector.add(wire, wire.length - 1, verdictOf(pattern));
            }
        } catch (TooManyNamesException e) {
            throw new IllegalArgumentException("the configuration names too many names", e);
        }
        return of(collector.toList());
    }

    private static Verdict verdictOf(NamePattern pattern) {
        return new Verdict(pattern.itself() ? Listing.PLAIN : null, pattern.below() ? Listing.PLAIN : null, false);
    }

    /** A list of all names that are in any of some lists, whose memory it shares. */
    public static NameList together(List<NameList> lists) {
        return new NameList(
                lists.stream().flatMap(list -> Stream.of(list.parts)).toList());
    }

    /**
     * Looks for a name; upper and lower case are the same. If several entries are for it, the one with most labels counts, and among equal
     * ones that of the first list.
     *
     * @param message holds the name, in plain labels as {@link org.waymark.dns.QueryReader} has found it
     * @param position where it begins
     * @return what is said about it; null if it is not in the list
     * @throws IllegalStateException if the list has been released
     */
    public Listing find(ByteBuffer message, int position) {
        ListedNames best = null;
        int match = ListedNames.NOT_LISTED;
        for (ListedNames part : parts) {
            int other = part.find(message, position);
            if (ListedNames.labels(other) > ListedNames.labels(match)) {
                match = other;
                best = part;
            }
        }
        return best == null ? null : best.listing(match);
    }

    /**
     * @param name a name
     * @return how many labels the entry has that counts for it; -1 if there is none
     * @throws IllegalStateException if the list has been released
     */
    public int labelsFor(DomainName name) {
        int most = ListedNames.labels(ListedNames.NOT_LISTED);
        for (ListedNames part : parts) {
            most = Math.max(most, ListedNames.labels(part.find(name.wire(), 0)));
        }
        return most;
    }

    /**
     * @return how many names there are; one that is in several lists counts for each
     */
    public int size() {
        return Stream.of(parts).mapToInt(ListedNames::size).sum();
    }

    /** Whether nobody may look for a name any more. */
    public boolean isReleased() {
        return Stream.of(parts).anyMatch(ListedNames::isReleased);
    }

    /** Gives the memory back, also that of others that share it. Who looks for a name from now on gets an exception. */
    public void release() {
        for (ListedNames part : parts) {
            part.release();
        }
    }
}

package org.waymark.names;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.waymark.dns.DomainName;
import org.waymark.dns.NameTable;

/** A set of names, with what is said about each. It is immutable and safe for use by several threads. */
public final class NameList {
    private final NameTable<NamePattern> table;

    private NameList(NameTable<NamePattern> table) {
        this.table = table;
    }

    /** A list of these names, about which nothing is said. */
    public static NameList of(List<NamePattern> patterns) {
        Map<DomainName, NamePattern> entries = new HashMap<>();
        patterns.forEach(pattern -> entries.put(pattern.name(), pattern));
        return new NameList(new NameTable<>(entries));
    }

    /**
     * @param message holds a name
     * @param position where it begins
     * @return what is said about the name; null if it is not in the list
     */
    public Listing find(ByteBuffer message, int position) {
        NamePattern found = table.findLongestSuffix(message, position);
        return found == null ? null : Listing.PLAIN;
    }
}

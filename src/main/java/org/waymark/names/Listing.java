package org.waymark.names;

import java.util.List;
import org.waymark.dns.ResourceRecord;

/**
 * What a list says about a name that it has.
 *
 * @param action what happens to queries for it; null if that is for whoever uses the list to say
 * @param records the records that they are answered with, for {@link Action#ANSWER}
 */
public record Listing(Action action, List<ResourceRecord> records) {
    /** The name is in the list, and that is all. */
    public static final Listing PLAIN = new Listing(null, List.of());

    public Listing {
        records = List.copyOf(records);
    }
}

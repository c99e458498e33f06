package org.waymark.config;

import java.util.List;
import org.waymark.sets.FilledSets;
import org.waymark.sets.SetName;

/** Reads which sets of nft the addresses of some names go into, from {@code add-to} and {@code add-private}. */
final class FilledSetsReader {
    static final String ADD_TO = "add-to";
    static final String ADD_PRIVATE = "add-private";

    private FilledSetsReader() {}

    /** The sets that a section names; none if it names none. */
    static List<FilledSets> read(Section section) {
        List<SetName> names = section.oneOrMore(
                ADD_TO, Kind.text("a set of nft such as \"inet#garden#open\": family, table, set", SetName::parse));
        boolean takePrivate = section.value(ADD_PRIVATE, Kind.flag(), false);
        if (section.has(ADD_PRIVATE) && !section.has(ADD_TO)) {
            section.wrong(ADD_PRIVATE, "has no meaning without add-to");
        }
        return names.isEmpty() ? List.of() : List.of(new FilledSets(names, takePrivate));
    }
}

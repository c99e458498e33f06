package org.waymark.sets;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a set of nft.
 *
 * @param family the family of its table
 * @param table the name of its table
 * @param set its name in the table
 */
public record SetName(TableFamily family, String table, String set) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_.][A-Za-z0-9/_.-]{0,254}");
    private static final int PARTS = 3;

    public SetName {
        Objects.requireNonNull(family);
        requireName(table, "a table");
        requireName(set, "a set");
    }

    private static void requireName(String name, String what) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is not the name of " + what + " of nft");
        }
    }

    /**
     * Reads a name as the configuration has it.
     *
     * @param text family, table and set, such as {@code inet#garden#open}
     * @return the name
     * @throws IllegalArgumentException if it is not one; the message is for people
     */
    public static SetName parse(String text) {
        String[] parts = text.split("#", -1);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not the name of a set: it needs family, table and set, such as inet#garden#open");
        }
        return new SetName(family(parts[0]), parts[1], parts[2]);
    }

    private static TableFamily family(String text) {
        Optional<TableFamily> family = Arrays.stream(TableFamily.values())
                .filter(each -> each.toString().equals(text))
                .findFirst();
        return family.orElseThrow(() -> new IllegalArgumentException(
                "\"" + text + "\" is not a family of tables with sets of addresses (inet, ip, ip6)"));
    }

    @Override
    public String toString() {
        return family + "#" + table + "#" + set;
    }

    /** As commands of nft have it. */
    String forNft() {
        return family + " " + table + " " + set;
    }
}

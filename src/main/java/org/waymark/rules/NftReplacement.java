package org.waymark.rules;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stands before a table of nft in the text that loads it, so that it replaces the table of an earlier load in one step, whatever
 * options that one had.
 */
final class NftReplacement {
    private static final String TABLE = "table inet waymark\n";

    private NftReplacement() {}

    /** Deletes the table with all that is in it. */
    static String ofAll() {
        return TABLE + "delete " + TABLE;
    }

    /**
     * Removes the rules, and of the other blocks those that are no longer there: who has logged in and what has been counted stays.
     *
     * @param blocks those of the new table
     * @param possible those that the table has with any options
     */
    static String ofRules(List<NftBlock> blocks, Stream<NftBlock> possible) {
        List<String> headers = blocks.stream().map(NftBlock::header).toList();
        String leftovers = possible.filter(block -> !headers.contains(block.header()))
                .map(block -> "add " + block.inLine() + "\ndelete " + block.name() + "\n")
                .collect(Collectors.joining());
        return TABLE + "flush " + TABLE + (leftovers.isEmpty() ? "" : "# What other options have left.\n" + leftovers);
    }
}

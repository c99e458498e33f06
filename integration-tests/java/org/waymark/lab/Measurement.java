package org.waymark.lab;

import java.util.List;
import java.util.Map;

/**
 * What a {@link TruthMeter} has seen.
 *
 * @param packets packets that it has looked at
 * @param queries queries that it has seen in those that left
 * @param answers answers that it has seen in those that came; over TCP it misses those that packets cut in two
 * @param wrong packets whose mark, or whose connection's mark, is not the one that is due
 * @param wrongOut those of them that left
 * @param shared names that were asked for on a 5-tuple while the kernel remembered a query of another mark there
 * @param ofNoQuery packets that can't be judged: of connections that never carried a query
 * @param stories the first of those that are wrong, in words
 * @param marksOfNames for names that don't say what is due: how many queries left with which mark
 */
public record Measurement(
        long packets,
        long queries,
        long answers,
        long wrong,
        long wrongOut,
        long shared,
        long ofNoQuery,
        List<String> stories,
        Map<String, Map<Long, Integer>> marksOfNames) {
    /**
     * Fails, with the stories, unless every packet had the mark that it was due, and as many queries were seen as there must be,
     * and answers to most of them.
     *
     * @param atLeast how many queries must have left
     */
    public void assertExact(long atLeast) {
        if (wrong > 0 || shared > 0 || queries < atLeast || 2 * answers < atLeast) {
            throw new AssertionError(wrong + " of " + packets + " packets are wrong (" + wrongOut + " that left), "
                    + queries + " of at least "
                    + atLeast + " queries left, " + answers + " answers came, " + shared + " share a 5-tuple:\n"
                    + String.join("\n", stories));
        }
    }
}

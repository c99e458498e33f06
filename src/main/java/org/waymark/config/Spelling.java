package org.waymark.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that a misspelt one was meant to be. */
final class Spelling {
    private Spelling() {}

    /** The word that is nearest to the misspelt one, if it is near enough: at most one slip for every three characters. */
    static Optional<String> nearest(String misspelt, Collection<String> words) {
        return words.stream()
                .filter(word -> distance(misspelt, word) <= Math.max(1, word.length() / 3))
                .min(Comparator.comparingInt(word -> distance(misspelt, word)));
    }

    /**
     * The number of slips between two words. A slip is a character that is added, missing, wrong, or swapped with its neighbour. This is
     * the optimal string alignment distance, which counts a swap as one slip, unlike Levenshtein's; it is computed by dynamic programming
     * over the prefixes of both words.
     */
    static int distance(String a, String b) {
        int[][] slips = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    slips[i][j] = i + j;
                    continue;
                }
                int wrong = slips[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                slips[i][j] = Math.min(wrong, 1 + Math.min(slips[i - 1][j], slips[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    slips[i][j] = Math.min(slips[i][j], 1 + slips[i - 2][j - 2]);
                }
            }
        }
        return slips[a.length()][b.length()];
    }
}

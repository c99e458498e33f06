package org.waymark.names;

import java.util.List;

/**
 * What of a list was left out.
 *
 * @param broken how many lines can't be read
 * @param firstBroken the first five of them
 * @param useless how many entries are good, but nothing that DNS or Waymark could follow, such as rules for parts of web pages
 * @param firstUseless the first of them; empty if there is none
 */
public record LeftOut(int broken, List<BadLine> firstBroken, int useless, List<BadLine> firstUseless) {
    public LeftOut {
        firstBroken = List.copyOf(firstBroken);
        firstUseless = List.copyOf(firstUseless);
    }
}

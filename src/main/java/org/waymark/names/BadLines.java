package org.waymark.names;

import java.util.ArrayList;
import java.util.List;

/** Counts what is left out of a list while it is read. */
final class BadLines {
    private static final int MOST_TOLD = 5;

    private final List<BadLine> firstBroken = new ArrayList<>();
    private final List<BadLine> firstUseless = new ArrayList<>();
    private int broken;
    private int useless;

    void broken(int line, String problem) {
        broken++;
        if (firstBroken.size() < MOST_TOLD) {
            firstBroken.add(new BadLine(line, problem));
        }
    }

    void useless(int line, String problem) {
        useless++;
        if (firstUseless.isEmpty()) {
            firstUseless.add(new BadLine(line, problem));
        }
    }

    LeftOut leftOut() {
        return new LeftOut(broken, firstBroken, useless, firstUseless);
    }
}

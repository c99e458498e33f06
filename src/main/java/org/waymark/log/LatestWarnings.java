package org.waymark.log;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** The latest warnings and errors, for operators who do not read the log. Any thread may call the methods. */
public final class LatestWarnings {
    private static final int MOST = 50;

    private final Deque<Warning> warnings = new ArrayDeque<>();

    /**
     * A warning or an error.
     *
     * @param at when it was logged
     * @param message what has happened, for people
     */
    public record Warning(Instant at, String message) {}

    LatestWarnings() {}

    synchronized void add(Instant at, String message) {
        if (warnings.size() == MOST) {
            warnings.removeFirst();
        }
        warnings.addLast(new Warning(at, message));
    }

    /**
     * @param start how long ago they may be
     * @return those since then, at most 50, the latest first
     */
    public synchronized List<Warning> since(Instant start) {
        List<Warning> latest = new ArrayList<>(warnings);
        Collections.reverse(latest);
        latest.removeIf(each -> each.at().isBefore(start));
        return latest;
    }
}

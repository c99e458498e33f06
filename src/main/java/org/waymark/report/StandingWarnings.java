package org.waymark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What the log has told and still holds, for operators who ask later. Any thread may call the methods. */
final class StandingWarnings {
    private final Map<Object, Warning> warnings = new ConcurrentHashMap<>();

    private record Warning(String text, long toldAt, long holdsNanos) {
        boolean holds(long nowNanos) {
            return nowNanos - toldAt < holdsNanos;
        }
    }

    /**
     * Remembers a warning, in place of the former one of this topic.
     *
     * @param topic what it is about
     * @param holdsSeconds how long it holds, unless it is told again or cleared
     */
    void tell(Object topic, String text, long holdsSeconds) {
        warnings.put(topic, new Warning(text, System.nanoTime(), TimeUnit.SECONDS.toNanos(holdsSeconds)));
    }

    /** The warning of this topic does not hold any more. */
    void clear(Object topic) {
        warnings.remove(topic);
    }

    /** Forgets the warnings of all other topics. */
    void keepOnly(Predicate<Object> topics) {
        warnings.keySet().removeIf(topics.negate());
    }

    /** Those that hold now, the latest first. */
    List<String> now() {
        long now = System.nanoTime();
        warnings.values().removeIf(warning -> !warning.holds(now));
        List<Warning> holding = new ArrayList<>(warnings.values());
        holding.sort((one, other) -> Long.compare(other.toldAt - now, one.toldAt - now));
        return holding.stream().map(Warning::text).toList();
    }
}

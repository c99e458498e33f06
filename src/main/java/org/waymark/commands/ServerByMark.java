package org.waymark.commands;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.waymark.upstream.ServerPath;
import org.waymark.upstream.ServerState;

/**
 * How a server does for the marks with which it was asked lately, and for which of them it does worse than for most.
 *
 * @param state how it does on the whole
 * @param roundTripMillis the median of the round-trip times of the marks in milliseconds; 0 if none is known
 * @param down for how many marks it is down
 * @param differing the marks that stand out, at most {@value #MOST}
 * @param more how many more marks stand out
 */
record ServerByMark(State state, double roundTripMillis, int down, List<Map<String, Object>> differing, int more) {
    private static final int MOST = 8;
    private static final double NANOS_PER_MILLI = 1e6;

    /** A mark stands out with a round-trip time of so many times the median, and so much longer than it. */
    private static final long FACTOR = 2;

    private static final long LONGER_NANOS = 5_000_000;

    /** How a server does on the whole. */
    enum State {
        NOT_ASKED("not asked lately"),
        UP("up"),
        DOWN_FOR_SOME("down for some marks"),
        DOWN("down");

        private final String text;

        State(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** What all workers know of one mark. */
    private record OfMark(int mark, boolean isDown, long roundTripNanos) {
        static OfMark of(int mark, Collection<ServerPath> paths) {
            return new OfMark(
                    mark,
                    paths.stream().anyMatch(ServerPath::isDown),
                    paths.stream().mapToLong(ServerPath::roundTripNanos).max().orElse(0));
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("mark", Integer.toUnsignedLong(mark));
            fields.put("down", isDown);
            fields.put("round_trip_ms", Values.millis(roundTripNanos / NANOS_PER_MILLI));
            return fields;
        }
    }

    /**
     * Compares the marks of a server.
     *
     * @param paths the ways to all servers
     */
    static ServerByMark of(ServerState server, List<ServerPath> paths) {
        Map<Integer, List<ServerPath>> byMark = new TreeMap<>(Integer::compareUnsigned);
        paths.stream().filter(path -> path.server() == server).forEach(path -> byMark.computeIfAbsent(
                        path.mark(), added -> new ArrayList<>())
                .add(path));
        List<OfMark> marks = byMark.entrySet().stream()
                .map(each -> OfMark.of(each.getKey(), each.getValue()))
                .toList();
        int down = (int) marks.stream().filter(OfMark::isDown).count();
        State state = marks.isEmpty()
                ? State.NOT_ASKED
                : down == 0 ? State.UP : down < marks.size() ? State.DOWN_FOR_SOME : State.DOWN;
        long median = median(marks);
        List<OfMark> differing = marks.stream()
                .filter(each -> each.isDown() ? state == State.DOWN_FOR_SOME : isSlow(each, median))
                .sorted(Comparator.comparing(OfMark::isDown).reversed())
                .toList();
        return new ServerByMark(
                state,
                median / NANOS_PER_MILLI,
                down,
                differing.stream().limit(MOST).map(OfMark::fields).toList(),
                Math.max(0, differing.size() - MOST));
    }

    private static boolean isSlow(OfMark mark, long median) {
        return mark.roundTripNanos > FACTOR * median && mark.roundTripNanos - median > LONGER_NANOS;
    }

    private static long median(List<OfMark> marks) {
        long[] known = marks.stream()
                .mapToLong(OfMark::roundTripNanos)
                .filter(nanos -> nanos > 0)
                .sorted()
                .toArray();
        return known.length == 0 ? 0 : known[known.length / 2];
    }
}

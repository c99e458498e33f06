package org.waymark.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a running Waymark has answered, or a part of it.
 *
 * @param values as JSON has them: text, numbers, booleans, lists and maps
 */
record Answer(Map<?, ?> values) {
    boolean has(String key) {
        return values.get(key) != null;
    }

    /** The value as text; "-" if there is none. */
    String text(String key) {
        return has(key) ? values.get(key).toString() : Wording.NONE;
    }

    long number(String key) {
        return values.get(key) instanceof Number number ? number.longValue() : 0;
    }

    double fraction(String key) {
        return values.get(key) instanceof Number number ? number.doubleValue() : 0;
    }

    /** The number with separators. */
    String count(String key) {
        return Wording.count(number(key));
    }

    boolean flag(String key) {
        return Boolean.TRUE.equals(values.get(key));
    }

    /** The parts that are in a list. */
    List<Answer> parts(String key) {
        return values.get(key) instanceof List<?> list
                ? list.stream().map(each -> new Answer((Map<?, ?>) each)).toList()
                : List.of();
    }

    /** A part; an empty one if it is absent. */
    Answer part(String key) {
        return new Answer(values.get(key) instanceof Map<?, ?> part ? part : Map.of());
    }

    /** The texts that are in a list. */
    List<String> texts(String key) {
        return values.get(key) instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.of();
    }

    /** As JSON in several lines. */
    String json() {
        try {
            return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(values) + "\n";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As JSON in one line, with its end. */
    String jsonLine() {
        try {
            return JSON.std.asString(values) + "\n";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

package org.waymark.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;
import org.waymark.mark.Mark;
import org.waymark.mark.MarkMask;

/**
 * What the value of a key must be: the words that say so, and the way to read it.
 *
 * @param <T> what the value becomes
 * @param allowed what is allowed, for people: "an integer from 1 to 16"
 * @param reader turns a TOML value into it; throws IllegalArgumentException, whose message says what is wrong with the value
 */
record Kind<T>(String allowed, Function<Object, T> reader) {
    private static final long LARGEST_MARK = 0xffff_ffffL;
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1));

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(B|KiB|MiB|GiB|TiB)");
    private static final Map<String, Long> SIZE_UNITS =
            Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);

    /**
     * Reads a value.
     *
     * @param value a TOML value, or an Integer
     * @throws IllegalArgumentException if the value is not allowed; the message says what is wrong with it
     */
    T read(Object value) {
        return reader.apply(value instanceof Integer number ? Long.valueOf(number) : value);
    }

    static Kind<Boolean> flag() {
        return new Kind<>("true or false", value -> {
            if (value instanceof Boolean flag) {
                return flag;
            }
            throw unfit(value);
        });
    }

    static Kind<Integer> integer(int least, int most) {
        return new Kind<>("an integer from " + least + " to " + most, value -> {
            if (value instanceof Long number && number >= least && number <= most) {
                return (int) (long) number;
            }
            throw unfit(value);
        });
    }

    /** A string that the parser accepts; its exception says what is wrong with the string. */
    static <T> Kind<T> text(String allowed, Function<String, T> parser) {
        return new Kind<>(allowed, value -> {
            if (value instanceof String text) {
                return parser.apply(text);
            }
            throw unfit(value);
        });
    }

    /** The same, or an empty string for nothing; what is allowed must say so. */
    static <T> Kind<Optional<T>> orNone(Kind<T> kind) {
        return new Kind<>(
                kind.allowed, value -> "".equals(value) ? Optional.empty() : Optional.of(kind.reader.apply(value)));
    }

    /**
     * Reads a path that does not depend on where Waymark was started.
     *
     * @throws IllegalArgumentException if it does, or is not a path
     */
    static Path absolutePath(String text) {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("\"" + text + "\" is not an absolute path");
        }
        return path;
    }

    /** The name of one of the type's constants, in lower case. */
    static <E extends Enum<E>> Kind<E> oneOf(Class<E> type) {
        return oneOf(EnumSet.allOf(type));
    }

    /** The name of one of these constants, in lower case. */
    static <E extends Enum<E>> Kind<E> oneOf(Set<E> choice) {
        Map<String, E> constants = choice.stream()
                .collect(Collectors.toMap(constant -> constant.name().toLowerCase(Locale.ROOT), constant -> constant));
        List<String> names = choice.stream()
                .map(constant -> "\"" + constant.name().toLowerCase(Locale.ROOT) + "\"")
                .toList();
        return text(String.join(" or ", names), text -> {
            E constant = constants.get(text);
            if (constant == null) {
                throw new IllegalArgumentException("\"" + text + "\" is unknown");
            }
            return constant;
        });
    }

    /** A mark: an integer, or a string as {@link Mark#parse} reads it. */
    static Kind<Integer> mark() {
        return markOr("a mark from 0 to 0xffffffff", Mark::parse, number -> number);
    }

    /** A value and a mask, {@code "0x100/0xf00"}, or a mark, of which all bits count. */
    static Kind<MarkMask> markMask() {
        return markOr("a mark, or a string \"value/mask\" of two", MarkMask::parse, MarkMask::exactly);
    }

    /** Text that the parser accepts, or a number of 32 bits. */
    static <T> Kind<T> markOr(String allowed, Function<String, T> ofText, Function<Integer, T> ofNumber) {
        return new Kind<>(allowed, value -> {
            if (value instanceof String text) {
                return ofText.apply(text);
            } else if (value instanceof Long number && number >= 0 && number <= LARGEST_MARK) {
                return ofNumber.apply((int) (long) number);
            }
            throw unfit(value);
        });
    }

    /** A duration with its unit, from the least to the most, both included. */
    static Kind<Duration> duration(String least, String most) {
        String allowed = "a duration from \"" + least + "\" to \"" + most + "\" with its unit: ms, s, m or h";
        return text(allowed, text -> {
            Duration duration = parseDuration(text);
            if (duration.compareTo(parseDuration(least)) < 0) {
                throw new IllegalArgumentException("\"" + text + "\" is too short");
            } else if (duration.compareTo(parseDuration(most)) > 0) {
                throw new IllegalArgumentException("\"" + text + "\" is too long");
            }
            return duration;
        });
    }

    private static Duration parseDuration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a duration");
        }
        return UNITS.get(parts.group(2)).multipliedBy(Long.parseLong(parts.group(1)));
    }

    /** A number of bytes with its unit, from the least to the most, both included. */
    static Kind<Long> size(String least, String most) {
        String allowed = "a size from \"" + least + "\" to \"" + most + "\" with its unit: B, KiB, MiB, GiB or TiB";
        return text(allowed, text -> {
            long size = parseSize(text);
            if (size < parseSize(least)) {
                throw new IllegalArgumentException("\"" + text + "\" is too small");
            } else if (size > parseSize(most)) {
                throw new IllegalArgumentException("\"" + text + "\" is too large");
            }
            return size;
        });
    }

    /** The same, or {@code "0"} for nothing at all. */
    static Kind<Long> sizeOrZero(String least, String most) {
        Kind<Long> size = size(least, most);
        return new Kind<>("\"0\", or " + size.allowed, value -> isZero(value) ? 0L : size.reader.apply(value));
    }

    private static boolean isZero(Object value) {
        return value instanceof String text
                && (text.equals("0") || SIZE.matcher(text).matches() && parseSize(text) == 0);
    }

    private static long parseSize(String text) {
        Matcher parts = SIZE.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a size");
        }
        return SIZE_UNITS.get(parts.group(2)) * Long.parseLong(parts.group(1));
    }

    static Kind<TomlTable> table(String allowed) {
        return new Kind<>(allowed, value -> {
            if (value instanceof TomlTable table) {
                return table;
            }
            throw unfit(value);
        });
    }

    /** An array that is not empty, with elements of any kind; the words say what they should be. */
    static Kind<TomlArray> array(String elements) {
        return new Kind<>("an array of one or more, each " + elements, value -> {
            if (value instanceof TomlArray array && !array.isEmpty()) {
                return array;
            }
            throw unfit(value);
        });
    }

    /** An array that may be empty, with elements of any kind; the words say what they should be. */
    static Kind<TomlArray> anyArray(String elements) {
        return new Kind<>("an array, each " + elements, value -> {
            if (value instanceof TomlArray array) {
                return array;
            }
            throw unfit(value);
        });
    }

    /** Says that a value is of the wrong type or size. */
    static IllegalArgumentException unfit(Object value) {
        return new IllegalArgumentException("is " + describe(value));
    }

    static String describe(Object value) {
        if (value instanceof String text) {
            return "the string \"" + text + "\"";
        } else if (value instanceof Long number) {
            return "the integer " + number;
        } else if (value instanceof Double number) {
            return "the number " + number;
        } else if (value instanceof Boolean flag) {
            return "the flag " + flag;
        } else if (value instanceof TomlArray array) {
            return array.isEmpty() ? "an empty array" : "an array";
        } else if (value instanceof TomlTable) {
            return "a table";
        }
        return "the date or time " + value;
    }
}

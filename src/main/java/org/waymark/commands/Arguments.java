package org.waymark.commands;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.waymark.control.CommandException;

/**
 * The arguments of a command, as its client has written them.
 *
 * @param values text, numbers, booleans, lists and maps by name
 */
record Arguments(Map<String, Object> values) {
    private static final int USUAL_ROWS = 20;
    private static final int MOST_ROWS = 1_000;

    /**
     * The value of an argument, which may be text or a number; empty if it is absent.
     *
     * @param parser reads the text; an IllegalArgumentException says for people what is wrong
     */
    <T> Optional<T> find(String name, Function<String, T> parser) throws CommandException {
        Object value = values.get(name);
        if (value == null && !values.containsKey(name)) {
            return Optional.empty();
        }
        if (value == null || value instanceof Map || value instanceof List) {
            throw new CommandException(name + ": " + value + " is neither text nor a number nor true or false");
        }
        try {
            return Optional.of(parser.apply(value.toString()));
        } catch (IllegalArgumentException e) {
            throw new CommandException(name + ": " + e.getMessage());
        }
    }

    /** Whether something is wanted, which is {@code true} or {@code false}; not if it is absent. */
    boolean flag(String name) throws CommandException {
        return find(name, Arguments::flagOf).orElse(false);
    }

    private static boolean flagOf(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("\"" + text + "\" is not true or false");
        };
    }

    /** How many rows of a table are wanted; {@value #USUAL_ROWS} if that is not said. */
    int rows(String name) throws CommandException {
        return find(name, Arguments::rowsOf).orElse(USUAL_ROWS);
    }

    private static int rowsOf(String text) {
        try {
            int rows = Integer.parseInt(text);
            if (rows >= 1 && rows <= MOST_ROWS) {
                return rows;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is not a number of rows (allowed: 1 to " + MOST_ROWS + ")");
    }

    /** Refuses arguments that the command does not have, because their client means something by them. */
    void only(String... names) throws CommandException {
        TreeSet<String> others = new TreeSet<>(values.keySet());
        for (String name : names) {
            others.remove(name);
        }
        if (!others.isEmpty()) {
            throw new CommandException("the argument \"" + others.first() + "\" is unknown ("
                    + (names.length == 0 ? "there are none" : "allowed: " + String.join(", ", names)) + ")");
        }
    }
}

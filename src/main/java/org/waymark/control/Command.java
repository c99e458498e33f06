package org.waymark.control;

import java.util.Map;

/** Something that a client of the control socket may ask for, which has one answer. */
public interface Command {
    /**
     * @return the name that the request gives as "command"
     */
    String name();

    /**
     * Does the work, on a thread of its own that may be kept waiting: one request after the other, of all clients.
     *
     * @param arguments the request without "command"; as JSON has it: text, numbers, booleans, lists and maps
     * @return the answer, of the same kinds of values
     * @throws CommandException if it can't be done
     */
    Map<String, Object> answer(Map<String, Object> arguments) throws CommandException;
}

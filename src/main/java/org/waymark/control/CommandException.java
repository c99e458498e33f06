package org.waymark.control;

/** A command can't be carried out; the message says for people what is wrong and what to do. */
public final class CommandException extends Exception {
    /**
     * @param message what is wrong, and what to do
     */
    public CommandException(String message) {
        super(message);
    }
}

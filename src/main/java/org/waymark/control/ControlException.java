package org.waymark.control;

/** A running Waymark can't be asked, or does not do what it is asked for; the message says for people what is wrong and what to do. */
public final class ControlException extends Exception {
    /**
     * @param message what is wrong, and what to do
     */
    public ControlException(String message) {
        super(message);
    }

    ControlException(String message, Throwable cause) {
        super(message, cause);
    }
}

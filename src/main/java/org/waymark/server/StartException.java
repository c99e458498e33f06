package org.waymark.server;

/** Waymark can't start. The message is one line for people: what is wrong, and what to do about it. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }

    StartException(String message) {
        super(message);
    }
}

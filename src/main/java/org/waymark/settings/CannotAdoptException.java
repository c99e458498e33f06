package org.waymark.settings;

/** Thrown when settings can't be put into force on this host. The message is one line for people: what is wrong, and what to do about it. */
public final class CannotAdoptException extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * @param message what is wrong, and what to do about it
     * @param cause what has failed
     */
    public CannotAdoptException(String message, Throwable cause) {
        super(message, cause);
    }
}

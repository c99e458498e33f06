package org.waymark.host;

import java.io.IOException;
import java.util.Set;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;

/** Thrown when Waymark can't start. The message is one line for people: what is wrong, and what to do about it. */
public final class StartException extends Exception {
    /** What to do where too few files may be open. */
    public static final String MORE_FILES =
            "raise how many files a process may open, by LimitNOFILE= in the systemd unit or by ulimit -n";

    private static final Set<Errno> PASSING = Set.of(Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS);

    private static final long serialVersionUID = 1;

    /**
     * @param message what is wrong, and what to do about it
     * @param cause what has failed
     */
    public StartException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * @param message what is wrong, and what to do about it
     */
    public StartException(String message) {
        super(message);
    }

    /**
     * @return whether the cause may pass by itself, because the host is short of memory or files, so that it is worth trying again
     */
    public boolean isPassing() {
        return getCause() instanceof LinuxException refused && PASSING.contains(refused.errno());
    }

    /**
     * @param e why a call failed
     * @return the same in words, and what to do about it if that does not depend on the call
     */
    public static String explain(IOException e) {
        boolean filesRanOut =
                e instanceof LinuxException refused && refused.errno().equals(Errno.EMFILE);
        return e.getMessage() + (filesRanOut ? ": " + MORE_FILES : "");
    }
}

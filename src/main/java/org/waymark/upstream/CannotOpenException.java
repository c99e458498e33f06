package org.waymark.upstream;

import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;

/** A socket could not be opened. It has no stack trace: the reason says all, and it may come often. */
final class CannotOpenException extends Exception {
    private static final long serialVersionUID = 1;

    private final Failure failure;
    private final transient Errno errno;

    CannotOpenException(Failure failure) {
        this(failure, Errno.NONE);
    }

    private CannotOpenException(Failure failure, Errno errno) {
        super(failure.name(), null, false, false);
        this.failure = failure;
        this.errno = errno;
    }

    /** The kernel has refused a call. */
    static CannotOpenException of(LinuxException e) {
        boolean filesRanOut = e.errno().equals(Errno.EMFILE) || e.errno().equals(Errno.ENFILE);
        return new CannotOpenException(filesRanOut ? Failure.TOO_MANY_FILES : Failure.UNREACHABLE, e.errno());
    }

    Failure failure() {
        return failure;
    }

    /** What the kernel has refused the call with, {@link Errno#NONE} if it has not. */
    Errno errno() {
        return errno;
    }
}

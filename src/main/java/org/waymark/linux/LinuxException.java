package org.waymark.linux;

import java.io.IOException;

/** A call that the kernel refused. */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Errno errno;

    LinuxException(String call, Errno errno) {
        super(call + ": " + errno);
        this.errno = errno;
    }

    /**
     * @return why
     */
    public Errno errno() {
        return errno;
    }
}

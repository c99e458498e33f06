package org.waymark.linux;

import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;

/** A system call that failed, with its error. */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Errno errno;

    /**
     * @param call the name of the system call
     * @param errno the error
     */
    public LinuxException(String call, Errno errno) {
        super(call + ": " + errno);
        this.errno = errno;
    }

    /**
     * @param call the name of the system call
     * @param e the exception of Netty, which made the call
     * @return the same error as this type
     */
    public static LinuxException of(String call, NativeIoException e) {
        return new LinuxException(call, Errno.of(-e.expectedErr()));
    }

    /**
     * @return the error
     */
    public Errno errno() {
        return errno;
    }
}

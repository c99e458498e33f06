package org.waymark.linux;

import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;

/** A call that the kernel refused. */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Errno errno;

    /**
     * @param call the name of the system call
     * @param errno why it was refused
     */
    public LinuxException(String call, Errno errno) {
        super(call + ": " + errno);
        this.errno = errno;
    }

    /**
     * @param call the name of the system call
     * @param e what Netty, which made it, says about it
     * @return the same
     */
    public static LinuxException of(String call, NativeIoException e) {
        return new LinuxException(call, Errno.of(-e.expectedErr()));
    }

    /**
     * @return why
     */
    public Errno errno() {
        return errno;
    }
}

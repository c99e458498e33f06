package org.waymark.linux;

/** The user that this process runs as (man 7 credentials). */
public final class User {
    private User() {}

    /**
     * @return the number of the effective user, which the process's sockets belong to
     */
    public static int effective() {
        return Native.LIBC.geteuid();
    }
}

package org.waymark.linux;

/** The user that this process runs as (man 7 credentials). */
public final class User {
    private User() {}

    /**
     * @return the effective user id, which is also the owner of the process's sockets
     */
    public static int effective() {
        return Native.LIBC.geteuid();
    }
}

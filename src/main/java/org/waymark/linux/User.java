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

    /**
     * Opens sockets.
     *
     * @param <T> what it makes of them
     */
    public interface Opening<T> {
        /**
         * @return what it makes of the sockets
         * @throws LinuxException if the kernel refuses one
         */
        T open() throws LinuxException;
    }

    /**
     * Opens sockets that belong to another user, as far as the firewall sees it (-m owner, meta skuid): it looks at the filesystem user id
     * of the thread that has opened them (man 2 setfsuid). Without CAP_SETUID they belong to this process's user.
     *
     * @param <T> what is made of the sockets
     * @param user the user id
     * @param opening opens the sockets
     * @return what it returns
     * @throws LinuxException what it throws
     */
    public static <T> T owning(int user, Opening<T> opening) throws LinuxException {
        int self = Native.LIBC.setfsuid(user);
        try {
            return opening.open();
        } finally {
            Native.LIBC.setfsuid(self);
        }
    }
}

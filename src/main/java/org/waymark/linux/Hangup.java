package org.waymark.linux;

/** The signal SIGHUP (man 7 signal). */
public final class Hangup {
    /** Its name without SIG. */
    public static final String NAME = "HUP";

    private static final int SIGHUP = 1;
    private static final long SIG_DFL = 0;

    private Hangup() {}

    /** Has the kernel no longer ignore it, if it does. A JVM does not catch a signal that was ignored when it started. */
    public static void stopIgnoring() {
        Native.LIBC.signal(SIGHUP, SIG_DFL);
    }
}

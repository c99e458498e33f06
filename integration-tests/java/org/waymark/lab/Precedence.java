package org.waymark.lab;

/**
 * A test that judges times goes before everything else on the machine, so that they don't tell what that does: this JVM does, and what it
 * starts from now on. Where the machine does not let it, times are what they are.
 */
public final class Precedence implements AutoCloseable {
    /** Thirty times the share of the processor that others get, see man 7 sched. */
    private static final int HIGH = -15;

    private static final int USUAL = 0;

    /** New threads and processes take over the value of the thread that makes them. */
    private static final String RENICE = "renice -n \"$1\" -p $(ls \"/proc/$2/task\")";

    private Precedence() {}

    /** Takes it, until this is closed. */
    public static Precedence take() {
        renice(HIGH);
        return new Precedence();
    }

    @Override
    public void close() {
        renice(USUAL);
    }

    private static void renice(int value) {
        String process = Long.toString(ProcessHandle.current().pid());
        Lab.finish(new ProcessBuilder("sh", "-c", RENICE, "sh", Integer.toString(value), process));
    }
}

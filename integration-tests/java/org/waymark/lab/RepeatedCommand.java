package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;

/** A command that a host runs over and over during a test. */
public final class RepeatedCommand {
    private RepeatedCommand() {}

    /**
     * Runs it until a piece of work is done.
     *
     * @param pauseSeconds how long the host rests after each run, as {@code sleep} takes it
     * @throws AssertionError if the command has failed
     */
    public static void during(Lab lab, Host host, String command, String pauseSeconds, Runnable work) {
        String loop = "while " + command + " > /dev/null 2>&1; do sleep " + pauseSeconds + "; done";
        try {
            Process shell = lab.command(host, "sh", "-c", loop).start();
            boolean failed;
            try {
                work.run();
            } finally {
                failed = !shell.isAlive();
                shell.destroy();
                shell.waitFor();
            }
            if (failed) {
                throw new AssertionError("has failed: " + command);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }
}

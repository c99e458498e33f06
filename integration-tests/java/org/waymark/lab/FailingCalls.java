package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Has a system call fail whenever a process makes it, by strace: the kernel itself refuses it only when something is amiss. */
public final class FailingCalls {
    private FailingCalls() {}

    /**
     * Has a call of a process fail while something is done.
     *
     * @param call its name, such as {@code sendto}
     * @param error the error, such as {@code ENOBUFS}
     */
    public static void during(Runnable work, Forwarder forwarder, String call, String error) {
        List<String> command = new ArrayList<>(strace(call, error));
        command.add("--attach=" + forwarder.pid());
        try {
            Process strace = new ProcessBuilder(command).start();
            try {
                String said = strace.errorReader().readLine();
                if (said == null || !said.contains("attached")) {
                    throw new IllegalStateException("strace: " + said);
                }
                work.run();
            } finally {
                strace.destroy();
                strace.waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What to put in front of a command so that a call fails from the beginning. */
    public static String[] inAllOf(String call, String error) {
        List<String> command = new ArrayList<>(strace(call, error));
        command.addAll(List.of("--seccomp-bpf", "--quiet=all"));
        return command.toArray(String[]::new);
    }

    private static List<String> strace(String call, String error) {
        return List.of(
                "strace",
                "--follow-forks",
                "--output=/dev/null",
                "--trace=" + call,
                "--inject=" + call + ":error=" + error);
    }
}

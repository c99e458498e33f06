package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Has system calls of a process fail, by strace: the kernel itself refuses them only when something is amiss. */
public final class FailingCalls {
    private FailingCalls() {}

    /**
     * Does a piece of work during which the first call of each thread of a running forwarder fails.
     *
     * @param call the name of the system call, such as {@code sendto}
     * @param error the error that it returns, such as {@code EPERM}
     */
    public static void during(Forwarder forwarder, String call, String error, Runnable work) {
        String pid = Long.toString(forwarder.pid());
        Path threads = Path.of("/proc", pid, "task");
        List<String> command = strace(call, error + ":when=1");
        command.add("--attach=" + pid);
        try {
            Process strace = new ProcessBuilder(command).inheritIO().start();
            try {
                Waiting.until(Waiting.PATIENCE, "strace watches every thread", () -> areTraced(threads, true));
                work.run();
            } finally {
                strace.destroy();
                Waiting.until(Waiting.PATIENCE, "strace lets go", () -> areTraced(threads, false));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Does a piece of work while one thread of a running forwarder hangs in a system call.
     *
     * @param thread the beginning of the thread's name
     * @param calls the names of the system calls, such as {@code epoll_wait}, the next of which does not return
     */
    public static void whileHanging(Forwarder forwarder, String thread, String calls, Runnable work) {
        Path task = threadOf(forwarder, thread);
        List<String> command = new ArrayList<>(List.of(
                "strace",
                "--quiet=all",
                "--output=/dev/null",
                "--trace=" + calls,
                "--inject=" + calls + ":delay_exit=1000s",
                "--attach=" + task.getFileName()));
        whileTraced(command, wanted -> isTraced(task) == wanted, work);
    }

    /**
     * Does a piece of work while a running forwarder can't open a file, but does not hear so: as if the file were on a network file system
     * whose server is gone.
     */
    public static void whileOpeningHangs(Forwarder forwarder, Path file, Runnable work) {
        String pid = Long.toString(forwarder.pid());
        Path threads = Path.of("/proc", pid, "task");
        List<String> command = new ArrayList<>(List.of(
                "strace",
                "--quiet=all",
                "--follow-forks",
                "--output=/dev/null",
                "--trace=openat",
                "--trace-path=" + file,
                "--inject=openat:delay_enter=1000s",
                "--attach=" + pid));
        whileTraced(command, wanted -> areTraced(threads, wanted), work);
    }

    /**
     * @param isTraced whether what is to be traced is as wanted
     */
    private static void whileTraced(List<String> strace, Predicate<Boolean> isTraced, Runnable work) {
        try {
            Process process = new ProcessBuilder(strace).inheritIO().start();
            try {
                Waiting.until(Waiting.PATIENCE, "strace watches", () -> isTraced.test(true));
                work.run();
            } finally {
                process.destroyForcibly();
                Waiting.until(Waiting.PATIENCE, "strace lets go", () -> isTraced.test(false));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path threadOf(Forwarder forwarder, String name) {
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(forwarder.pid()), "task"))) {
            return all.filter(task -> nameOf(task).startsWith(name)).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException e) {
            return "";
        }
    }

    /** What to put in front of a command so that a call fails from the beginning. */
    public static String[] inAllOf(String call, String error) {
        List<String> command = strace(call, error);
        command.add("--seccomp-bpf");
        return command.toArray(String[]::new);
    }

    private static List<String> strace(String call, String error) {
        return new ArrayList<>(List.of(
                "strace",
                "--quiet=all",
                "--follow-forks",
                "--output=/dev/null",
                "--trace=" + call,
                "--inject=" + call + ":error=" + error));
    }

    private static boolean areTraced(Path threads, boolean traced) {
        try (Stream<Path> all = Files.list(threads)) {
            return all.allMatch(thread -> isTraced(thread) == traced);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isTraced(Path thread) {
        try {
            return !Files.readString(thread.resolve("status")).contains("TracerPid:\t0\n");
        } catch (IOException e) {
            // It has ended meanwhile, or is about to.
            return false;
        }
    }
}

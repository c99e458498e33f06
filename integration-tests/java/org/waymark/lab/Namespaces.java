package org.waymark.lab;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * Runs a piece of the test inside a network namespace. A socket belongs for ever to the namespace of the thread that opened it, so a
 * thread that enters the namespace opens the sockets and ends; any other thread may use them afterwards.
 */
final class Namespaces {
    private static final int O_RDONLY = 0;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");

    /** See man 2 setns. */
    public interface LibC {
        int open(String path, int flags);

        int setns(int fd, int type);

        int close(int fd);
    }

    private Namespaces() {}

    static <T> T in(String namespace, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter(namespace);
            return work.call();
        });
        Thread thread = new Thread(task, "in " + namespace);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    private static void enter(String namespace) throws IOException {
        int fd = LIBC.open("/run/netns/" + namespace, O_RDONLY);
        if (fd < 0) {
            throw new IOException("no namespace " + namespace);
        }
        int result = LIBC.setns(fd, CLONE_NEWNET);
        int errno = Runtime.getRuntime(LIBC).getLastError();
        LIBC.close(fd);
        if (result != 0) {
            throw new IOException("setns to " + namespace + ": errno " + errno);
        }
    }
}

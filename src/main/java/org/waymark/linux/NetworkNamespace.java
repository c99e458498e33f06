package org.waymark.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A network of its own, with no link to the host's (man 7 network_namespaces): interfaces, routes, rules and connections in it are nobody
 * else's. It has a thread, on which all work in it is done: the sockets that it opens and the programs that it starts belong to the
 * namespace, which disappears when it is closed, with its sockets.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final Path THIS_THREAD = Path.of("/proc/thread-self");

    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread daemon = new Thread(work, "network namespace");
        daemon.setDaemon(true);
        return daemon;
    });

    private NetworkNamespace() {}

    /**
     * @return a new one; even its loopback interface is down
     * @throws LinuxException EPERM without CAP_SYS_ADMIN
     */
    public static NetworkNamespace open() throws LinuxException {
        NetworkNamespace namespace = new NetworkNamespace();
        try {
            namespace.in(() -> Native.check("unshare", Native.LIBC.unshare(CLONE_NEWNET)));
            return namespace;
        } catch (LinuxException e) {
            namespace.close();
            throw e;
        }
    }

    /**
     * Does work in a new network namespace, which disappears afterwards.
     *
     * @param <T> the type of the result
     * @param work what to do
     * @return its result
     * @throws LinuxException EPERM without CAP_SYS_ADMIN, or what the work has thrown
     */
    public static <T> T inNew(Callable<T> work) throws LinuxException {
        try (NetworkNamespace namespace = open()) {
            return namespace.in(work);
        }
    }

    /**
     * Does work in this namespace. What Java reads below /proc/sys/net is not this namespace's, what a program reads is.
     *
     * @param <T> the type of the result
     * @param work what to do
     * @return its result
     * @throws LinuxException what the work has thrown
     */
    public <T> T in(Callable<T> work) throws LinuxException {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LinuxException refused) {
                throw refused;
            }
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    /**
     * @return the id of its thread, by which {@code ip link ... netns ID} names the namespace
     * @throws LinuxException never
     */
    public String id() throws LinuxException {
        return in(NetworkNamespace::threadId);
    }

    private static String threadId() throws IOException {
        return Files.readSymbolicLink(THIS_THREAD).getFileName().toString();
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}

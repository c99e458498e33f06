package org.waymark.linux;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A network of its own, with no link to the host's (man 7 network_namespaces): interfaces, routes, rules and connections in it are nobody
 * else's. It disappears when the work in it has ended, and its sockets are closed.
 */
public final class NetworkNamespace {
    private static final int CLONE_NEWNET = 0x40000000;

    private NetworkNamespace() {}

    /**
     * Does work in a new network namespace, on a thread of its own: the sockets that it opens and the programs that it starts belong to the
     * namespace. What is below /proc/sys/net is that of the thread's namespace only for the programs that it starts.
     *
     * @param <T> the type of the result
     * @param work what to do
     * @return its result
     * @throws LinuxException EPERM without CAP_SYS_ADMIN, or what the work has thrown
     */
    public static <T> T inNew(Callable<T> work) throws LinuxException {
        FutureTask<T> task = new FutureTask<>(() -> {
            Native.check("unshare", Native.LIBC.unshare(CLONE_NEWNET));
            return work.call();
        });
        Thread thread = new Thread(task, "network namespace");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
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
}

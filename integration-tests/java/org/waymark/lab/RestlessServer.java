package org.waymark.lab;

import java.net.InetSocketAddress;

/** A server that answers for a while, then is gone so that its host refuses, and comes again. */
public final class RestlessServer implements AutoCloseable {
    private static final int SHORTLY_MILLIS = 150;

    private final Thread thread;

    /** A server at an address of the upstream host. */
    public RestlessServer(Lab lab, InetSocketAddress address) {
        thread = new Thread(() -> comeAndGo(lab, address), "restless server");
        thread.setDaemon(true);
    }

    /** Lets it begin. */
    public void start() {
        thread.start();
    }

    private static void comeAndGo(Lab lab, InetSocketAddress address) {
        try {
            while (true) {
                StubServer server = StubServer.on(lab, address);
                try {
                    Thread.sleep(SHORTLY_MILLIS);
                } finally {
                    server.close();
                }
                Thread.sleep(SHORTLY_MILLIS);
            }
        } catch (InterruptedException e) {
            // It is closed.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

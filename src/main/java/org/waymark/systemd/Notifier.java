package org.waymark.systemd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The service's side of systemd's readiness protocol: one datagram for each change of state to the socket that the
 * environment variable NOTIFY_SOCKET names (man 3 sd_notify).
 */
public final class Notifier {
    /** Sends one datagram to an AF_UNIX socket. */
    @FunctionalInterface
    public interface Sender {
        /**
         * @param address a path, or an abstract address, which begins with a NUL (man 7 unix)
         * @throws IOException if the datagram could not be handed over
         */
        void send(String address, byte[] message) throws IOException;
    }

    private final String notifySocket;
    private final Sender sender;

    /**
     * @param notifySocket the value of NOTIFY_SOCKET: a path, or a name in the abstract namespace after "@"; null or
     *     empty where there is no systemd to tell, and then nothing is ever sent. Anything else, such as a vsock address
     *     (systemd 254), can't be told
     */
    public Notifier(String notifySocket, Sender sender) {
        this.notifySocket = notifySocket == null ? "" : notifySocket;
        this.sender = Objects.requireNonNull(sender);
    }

    /**
     * Queries are answered from now on.
     *
     * @throws IOException if systemd can't be told; it then ends the service when TimeoutStartSec= is over
     */
    public void ready() throws IOException {
        send("READY=1");
    }

    /**
     * The service is about to end.
     *
     * @throws IOException if systemd can't be told, which does no harm
     */
    public void stopping() throws IOException {
        send("STOPPING=1");
    }

    private void send(String assignment) throws IOException {
        if (!notifySocket.isEmpty()) {
            sender.send(address(), assignment.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String address() throws IOException {
        return switch (notifySocket.charAt(0)) {
            case '/' -> notifySocket;
            case '@' -> "\0" + notifySocket.substring(1);
            default -> throw new IOException("NOTIFY_SOCKET=" + notifySocket + ": neither a path nor @name");
        };
    }
}

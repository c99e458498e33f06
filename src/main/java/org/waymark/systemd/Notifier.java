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

    private final String address;
    private final Sender sender;

    /**
     * @param notifySocket the value of NOTIFY_SOCKET: a path, or a name in the abstract namespace after "@"; null or
     *     empty where there is no systemd to tell, and then nothing is ever sent
     * @throws IllegalArgumentException if it is neither, as vsock addresses (systemd 254) are not
     */
    public Notifier(String notifySocket, Sender sender) {
        this.sender = Objects.requireNonNull(sender);
        if (notifySocket == null || notifySocket.isEmpty()) {
            address = null;
        } else if (notifySocket.startsWith("/")) {
            address = notifySocket;
        } else if (notifySocket.startsWith("@")) {
            address = "\0" + notifySocket.substring(1);
        } else {
            throw new IllegalArgumentException("NOTIFY_SOCKET=" + notifySocket + ": neither a path nor @name");
        }
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

    /**
     * Shows a line in {@code systemctl status}.
     *
     * @param line for people; line breaks in it become spaces, because a line break ends an assignment
     * @throws IOException if systemd can't be told, which does no harm
     */
    public void status(String line) throws IOException {
        send("STATUS=" + line.replace('\n', ' '));
    }

    private void send(String assignment) throws IOException {
        if (address != null) {
            sender.send(address, assignment.getBytes(StandardCharsets.UTF_8));
        }
    }
}

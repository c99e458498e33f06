package org.waymark.systemd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Tells systemd about the state of the service, by its readiness protocol: one datagram for each change, to the socket in the environment
 * variable NOTIFY_SOCKET (man 3 sd_notify).
 */
public final class Notifier {
    /** Sends one datagram to an AF_UNIX socket. */
    @FunctionalInterface
    public interface Sender {
        /**
         * @param address a path, or an abstract address, which begins with a NUL (man 7 unix)
         * @param descriptors what systemd gets copies of
         * @throws IOException if the datagram could not be sent
         */
        void send(String address, byte[] message, int... descriptors) throws IOException;
    }

    private final String notifySocket;
    private final Sender sender;

    /**
     * @param notifySocket the value of NOTIFY_SOCKET: a path, or a name in the abstract namespace after "@"; null or empty without systemd,
     *     and then nothing is ever sent. Other addresses, such as vsock (systemd 254), are not supported, and every notice fails
     */
    public Notifier(String notifySocket, Sender sender) {
        this.notifySocket = notifySocket == null ? "" : notifySocket;
        this.sender = Objects.requireNonNull(sender);
    }

    /**
     * @return whether there is a systemd to tell
     */
    public boolean isHeard() {
        return !notifySocket.isEmpty();
    }

    /**
     * Leaves descriptors with systemd, which hands them over to the next process of the service, also if this one is killed, but not if the
     * service was stopped in between ({@code FileDescriptorStoreMax=}).
     *
     * @param name what they are called, printable ASCII without colons
     * @param descriptors what is left, as many as a message may bring along; systemd has what it has already only once
     * @throws IOException if systemd can't be told; then it has none of them
     */
    public void store(String name, int... descriptors) throws IOException {
        send("FDSTORE=1\nFDPOLL=0\nFDNAME=" + name, descriptors);
    }

    /**
     * Takes descriptors back: systemd closes its copies.
     *
     * @param name the name of those that are meant, all of them
     * @throws IOException if systemd can't be told
     */
    public void discard(String name) throws IOException {
        send("FDSTOREREMOVE=1\nFDNAME=" + name);
    }

    /**
     * Says that queries are answered from now on.
     *
     * @throws IOException if systemd can't be told; it then stops the service after TimeoutStartSec=
     */
    public void ready() throws IOException {
        send("READY=1");
    }

    /**
     * Says that the configuration is being read again; {@link #reloaded} must follow.
     *
     * @param monotonicNanos the time since which, on the clock CLOCK_MONOTONIC, in nanoseconds
     * @throws IOException if systemd can't be told, which does no harm unless the service has Type=notify-reload
     */
    public void reloading(long monotonicNanos) throws IOException {
        send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(monotonicNanos));
    }

    /**
     * Says that the service goes on after {@link #reloading}.
     *
     * @param status how it has ended, in one line, for {@code systemctl status}
     * @throws IOException if systemd can't be told
     */
    public void reloaded(String status) throws IOException {
        send("READY=1\nSTATUS=" + status);
    }

    /**
     * Says that the service is about to end.
     *
     * @throws IOException if systemd can't be told, which does no harm
     */
    public void stopping() throws IOException {
        send("STOPPING=1");
    }

    /**
     * Says that the service works: systemd restarts it if it does not hear that in time.
     *
     * @throws IOException if systemd can't be told
     */
    public void watchdog() throws IOException {
        send("WATCHDOG=1");
    }

    /**
     * Says how the service is doing, for people.
     *
     * @param line one line
     * @throws IOException if systemd can't be told, which does no harm
     */
    public void status(String line) throws IOException {
        send("STATUS=" + line);
    }

    /**
     * @param microseconds the value of WATCHDOG_USEC, null if it is not set
     * @param pid the value of WATCHDOG_PID, null if it is not set
     * @return how often systemd wants to be told {@link #watchdog} by this process at least; empty if it does not
     */
    public static Optional<Duration> watchdogPeriod(String microseconds, String pid) {
        boolean isMeant =
                pid == null || pid.equals(Long.toString(ProcessHandle.current().pid()));
        if (microseconds == null || !isMeant) {
            return Optional.empty();
        }
        try {
            Duration period = Duration.of(Long.parseLong(microseconds), ChronoUnit.MICROS);
            return Optional.of(period).filter(each -> !each.isZero() && !each.isNegative());
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private void send(String assignments, int... descriptors) throws IOException {
        if (isHeard()) {
            sender.send(address(), assignments.getBytes(StandardCharsets.UTF_8), descriptors);
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

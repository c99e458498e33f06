package org.waymark.linux;

import java.nio.ByteBuffer;

/**
 * Collects datagrams of one socket and hands them to the kernel together with sendmmsg(2). Payloads are copied in, so their
 * source may change at once.
 */
public final class SendBatch implements AutoCloseable {
    private static final int STRIDE = 1 << 16;

    private final int capacity;
    private final NativeMemory payloads;
    private final MessageHeaders headers;
    private final int[] notSent;
    private final Errno[] reasons;
    private int used;

    /** Learns of the datagrams that the kernel did not take. */
    public interface Failures {
        /**
         * @param index which datagram, by the order in which they were added
         * @param errno why
         */
        void failed(int index, Errno errno);
    }

    /**
     * @param capacity the datagrams of one batch at most
     */
    public SendBatch(int capacity) {
        this.capacity = capacity;
        this.payloads = NativeMemory.allocate(capacity * STRIDE);
        this.headers = new MessageHeaders(payloads, capacity, STRIDE);
        this.notSent = new int[capacity];
        this.reasons = new Errno[capacity];
    }

    /**
     * @return how many datagrams wait
     */
    public int size() {
        return used;
    }

    /**
     * @return whether {@link #send} must come before the next datagram is added
     */
    public boolean isFull() {
        return used == capacity;
    }

    /**
     * Adds a datagram for the peer that the socket is connected to.
     *
     * @param message where the payload is
     * @param offset where in {@code message} it begins
     * @param length its length in bytes, at most 65,535
     */
    public void add(ByteBuffer message, int offset, int length) {
        payloads.network().put(used * STRIDE, message, offset, length);
        headers.send(used++, length);
    }

    /**
     * Adds a datagram with addresses of its own.
     *
     * @param message where the payload is
     * @param offset where in {@code message} it begins
     * @param length its length in bytes, at most 65,535
     * @param peer where to
     * @param local the address that it leaves from; null is that which the socket is bound to
     * @param mark the packet's mark (SO_MARK as a control message); 0 leaves the socket's own
     */
    public void add(ByteBuffer message, int offset, int length, Endpoint peer, Endpoint local, int mark) {
        payloads.network().put(used * STRIDE, message, offset, length);
        headers.send(used++, length, peer, local, mark);
    }

    /**
     * Sends what was added and starts anew. A datagram that the kernel does not take is passed over; it never holds up the others.
     *
     * @param socket a non-blocking UDP socket
     * @param failures told of each datagram that was not sent, when all others have been: it may close the socket
     */
    public void send(Socket socket, Failures failures) {
        int count = used;
        int failed = 0;
        int sent = 0;
        while (sent < count) {
            int result = Native.LIBC.sendmmsg(socket.fd(), headers.pointer(sent), count - sent, 0);
            if (result == -1) {
                reasons[failed] = Native.errno();
                notSent[failed++] = sent++;
            } else {
                sent += result;
            }
        }
        used = 0;
        for (int i = 0; i < failed; i++) {
            failures.failed(notSent[i], reasons[i]);
        }
    }

    @Override
    public void close() {
        headers.close();
        payloads.close();
    }
}

package org.waymark.linux;

import java.nio.ByteBuffer;

/** Collects datagrams for one socket and sends them together with sendmmsg(2). Payloads are copied, so their buffers may change at once. */
public final class SendBatch implements AutoCloseable {
    private static final int STRIDE = (1 << 16) + NativeMemory.SKEW;

    private final int capacity;
    private final NativeMemory payloads;
    private final MessageHeaders headers;
    private final int[] notSent;
    private final Errno[] reasons;
    private int used;

    /** Is called for the datagrams that the kernel did not accept. */
    public interface Failures {
        /**
         * @param index which datagram, in the order in which they were added, from 0
         * @param errno the error
         */
        void failed(int index, Errno errno);
    }

    /**
     * @param capacity how many datagrams the batch may have
     */
    public SendBatch(int capacity) {
        this.capacity = capacity;
        this.payloads = NativeMemory.allocate(capacity * STRIDE);
        this.headers = new MessageHeaders(payloads, capacity, STRIDE);
        this.notSent = new int[capacity];
        this.reasons = new Errno[capacity];
    }

    /**
     * @return how many datagrams are waiting to be sent
     */
    public int size() {
        return used;
    }

    /**
     * @return whether there is nothing to send
     */
    public boolean isEmpty() {
        return used == 0;
    }

    /**
     * @return whether {@link #send} must be called before the next datagram is added
     */
    public boolean isFull() {
        return used == capacity;
    }

    /**
     * Adds a datagram for the peer that the socket is connected to.
     *
     * @param message the buffer with the payload
     * @param offset where in {@code message} the payload begins
     * @param length its length in bytes, at most 65,535
     */
    public void add(ByteBuffer message, int offset, int length) {
        payloads.network().put(used * STRIDE, message, offset, length);
        headers.send(used++, length);
    }

    /**
     * Adds a datagram with its own addresses and mark.
     *
     * @param message the buffer with the payload
     * @param offset where in {@code message} the payload begins
     * @param length its length in bytes, at most 65,535
     * @param peer the destination
     * @param local the source address; null for the address that the socket is bound to
     * @param mark the packet's mark (SO_MARK as a control message); 0 for the socket's own
     */
    public void add(ByteBuffer message, int offset, int length, Endpoint peer, Endpoint local, int mark) {
        payloads.network().put(used * STRIDE, message, offset, length);
        headers.send(used++, length, peer, local, mark);
    }

    /**
     * Sends the datagrams that were added, and empties the batch. A datagram that the kernel does not accept is
     * skipped, and never delays the others.
     *
     * @param socket a non-blocking UDP socket
     * @param failures called for each datagram that was not sent, after all others have been sent, so it may close the
     *     socket
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

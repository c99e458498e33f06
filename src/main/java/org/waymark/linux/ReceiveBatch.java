package org.waymark.linux;

import java.nio.ByteBuffer;

/**
 * Reads datagrams in bursts: one recvmmsg(2) reads as many as are waiting, up to the capacity. The payloads stay valid
 * until the next {@link #receive}.
 */
public final class ReceiveBatch implements AutoCloseable {
    /** What {@link #mark} returns if the socket did not report a mark; marks are never below 0. */
    public static final long NO_MARK = -1;

    /** No UDP payload is larger, so none is ever truncated. */
    private static final int LARGEST_DATAGRAM = (1 << 16) + NativeMemory.SKEW;

    private final int capacity;
    private final int stride;
    private final boolean payloadsAlone;
    private final NativeMemory payloads;
    private final MessageHeaders headers;
    private int used;

    /**
     * @param capacity how many datagrams a burst may have
     */
    public ReceiveBatch(int capacity) {
        this(capacity, LARGEST_DATAGRAM, false);
    }

    /**
     * @param capacity how many datagrams a burst may have
     * @return a batch for connected sockets, which reads only payloads: reading the peers as well takes 0.5 % of all
     *     processor time for a query
     */
    public static ReceiveBatch ofConnected(int capacity) {
        return new ReceiveBatch(capacity, LARGEST_DATAGRAM, true);
    }

    /**
     * @param capacity how many messages a burst may have
     * @param stride room for one message in bytes; a longer one is truncated
     * @param payloadsAlone whether it reads no peers, local addresses and marks
     */
    ReceiveBatch(int capacity, int stride, boolean payloadsAlone) {
        this.capacity = capacity;
        this.stride = stride;
        this.payloadsAlone = payloadsAlone;
        this.payloads = NativeMemory.allocate(capacity * stride);
        this.headers = new MessageHeaders(payloads, capacity, stride);
        for (int i = 0; i < capacity; i++) {
            if (payloadsAlone) {
                headers.expectPayloads(i, stride);
            } else {
                headers.expect(i, stride);
            }
        }
    }

    /**
     * Reads the datagrams that are waiting.
     *
     * @param socket a non-blocking socket
     * @return how many datagrams, 0 if none was waiting
     * @throws LinuxException an error of the socket, on a connected one mostly ECONNREFUSED
     */
    public int receive(Socket socket) throws LinuxException {
        for (int i = 0; i < used && !payloadsAlone; i++) {
            headers.expect(i, stride);
        }
        used = 0;
        int count = Native.LIBC.recvmmsg(socket.fd(), headers.pointer(0), capacity, 0, 0);
        if (count == -1) {
            Errno errno = Native.errno();
            if (errno.equals(Errno.EAGAIN)) {
                return 0;
            }
            throw new LinuxException("recvmmsg", errno);
        }
        used = count;
        return count;
    }

    /**
     * @return the buffer with all payloads, in network byte order; use absolute offsets
     */
    public ByteBuffer payloads() {
        return payloads.network();
    }

    /**
     * @param index the datagram's index in the burst
     * @return where its payload begins in {@link #payloads}
     */
    public int offset(int index) {
        return index * stride;
    }

    /**
     * @param index the datagram's index in the burst
     * @return the payload's length in bytes
     */
    public int length(int index) {
        return headers.length(index);
    }

    /**
     * @param index the datagram's index in the burst
     * @param peer is set to the address and port that the datagram came from
     */
    public void peer(int index, Endpoint peer) {
        headers.peer(index, peer);
    }

    /**
     * @param index the datagram's index in the burst
     * @param local is set to the address and interface that the datagram arrived at; its port stays as it is
     * @return whether the address is known, which {@link Socket#receiveLocalAddress} asks for
     */
    public boolean local(int index, Endpoint local) {
        return headers.local(index, local);
    }

    /**
     * @param index the datagram's index in the burst
     * @return the mark that the packet had when it reached the socket, unsigned; {@link #NO_MARK} unless
     *     {@link Socket#receiveMark} was called before
     */
    public long mark(int index) {
        return headers.mark(index);
    }

    @Override
    public void close() {
        headers.close();
        payloads.close();
    }
}

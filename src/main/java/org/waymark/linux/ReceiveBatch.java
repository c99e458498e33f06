package org.waymark.linux;

import java.nio.ByteBuffer;

/**
 * Reads datagrams in bursts: one recvmmsg(2) takes as many as are waiting, up to the capacity. The payloads stay where they
 * are, and valid, until the next {@link #receive}.
 */
public final class ReceiveBatch implements AutoCloseable {
    /** What {@link #mark} returns when the socket did not tell; no mark is below 0. */
    public static final long NO_MARK = -1;

    /** No UDP payload is larger, so none is ever cut. */
    private static final int LARGEST_DATAGRAM = 1 << 16;

    private final int capacity;
    private final int stride;
    private final boolean payloadsAlone;
    private final NativeMemory payloads;
    private final MessageHeaders headers;
    private int used;

    /**
     * @param capacity the datagrams of a burst at most
     */
    public ReceiveBatch(int capacity) {
        this(capacity, LARGEST_DATAGRAM, false);
    }

    /**
     * @param capacity the datagrams of a burst at most
     * @return a batch for connected sockets, which tells payloads alone: peers cost 0.5 % of all processor time a query
     */
    public static ReceiveBatch ofConnected(int capacity) {
        return new ReceiveBatch(capacity, LARGEST_DATAGRAM, true);
    }

    /**
     * @param capacity the messages of a burst at most
     * @param stride room for one message in bytes; the rest of a longer one is lost
     * @param payloadsAlone whether it tells neither peers, nor local addresses, nor marks
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
     * Reads what is waiting.
     *
     * @param socket a non-blocking socket
     * @return how many datagrams, 0 if none was waiting
     * @throws LinuxException what the socket has to report, on a connected one ECONNREFUSED above all
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
     * @return the memory of all payloads, in network byte order; use absolute offsets
     */
    public ByteBuffer payloads() {
        return payloads.network();
    }

    /**
     * @param index of the datagram in the burst
     * @return where in {@link #payloads} it begins
     */
    public int offset(int index) {
        return index * stride;
    }

    /**
     * @param index of the datagram in the burst
     * @return the payload's length in bytes
     */
    public int length(int index) {
        return headers.length(index);
    }

    /**
     * @param index of the datagram in the burst
     * @param peer takes the address and port that the datagram came from
     */
    public void peer(int index, Endpoint peer) {
        headers.peer(index, peer);
    }

    /**
     * @param index of the datagram in the burst
     * @param local takes the address and interface that the datagram reached; its port stays as it is
     * @return whether the socket told it, as {@link Socket#receiveLocalAddress} asks
     */
    public boolean local(int index, Endpoint local) {
        return headers.local(index, local);
    }

    /**
     * @param index of the datagram in the burst
     * @return the mark that the packet had when it reached the socket, unsigned; {@link #NO_MARK} unless
     *     {@link Socket#receiveMark} has asked for it
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
